// Runs, the newest first.
import { Page } from '../../frame/page.tsx';

export default function RunsPage() {
  return <Page title="RunsPage">{null}</Page>;
}
