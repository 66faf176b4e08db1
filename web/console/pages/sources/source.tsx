// One source: its schedule, its files and their runs.
import { Page } from '../../frame/page.tsx';

export default function SourcePage() {
  return <Page title="SourcePage">{null}</Page>;
}
