// The last steps of an import: its run and its results, in the frame of the wizard.
import { Page } from '../../frame/page.tsx';

export default function WizardRunPage() {
  return <Page title="WizardRunPage">{null}</Page>;
}
