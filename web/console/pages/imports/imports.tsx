// Imports that are being prepared, under way, or whose results nobody has seen.
import { Page } from '../../frame/page.tsx';

export default function ImportsPage() {
  return <Page title="ImportsPage">{null}</Page>;
}
