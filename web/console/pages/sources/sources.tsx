// Where files come from by themselves.
import { Page } from '../../frame/page.tsx';

export default function SourcesPage() {
  return <Page title="SourcesPage">{null}</Page>;
}
