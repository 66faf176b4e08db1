// Who did what, when, and from where.
import { Page } from '../../frame/page.tsx';

export default function AuditPage() {
  return <Page title="AuditPage">{null}</Page>;
}
