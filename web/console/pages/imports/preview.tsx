// The third step of an import: the plan, row by row, before anything is written.
import { Page } from '../../frame/page.tsx';

export default function PreviewPage() {
  return <Page title="PreviewPage">{null}</Page>;
}
