// One run that waits: who asks, why, what goes, what stays.
import { Page } from '../../frame/page.tsx';

export default function ApprovalPage() {
  return <Page title="ApprovalPage">{null}</Page>;
}
