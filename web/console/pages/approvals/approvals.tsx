// Runs that wait for somebody else to approve them.
import { Page } from '../../frame/page.tsx';

export default function ApprovalsPage() {
  return <Page title="ApprovalsPage">{null}</Page>;
}
