// The second step of an import: what each column is, and what shall happen.
import { Page } from '../../frame/page.tsx';

export default function ConfigurePage() {
  return <Page title="ConfigurePage">{null}</Page>;
}
