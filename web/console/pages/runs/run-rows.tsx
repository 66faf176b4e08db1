// The rows of a run: what became of each, and why.
import { Page } from '../../frame/page.tsx';

export default function RunRowsPage() {
  return <Page title="RunRowsPage">{null}</Page>;
}
