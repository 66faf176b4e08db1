// One run: what it does or did, to whom, and what is next.
import { Page } from '../../frame/page.tsx';

export default function RunPage() {
  return <Page title="RunPage">{null}</Page>;
}
