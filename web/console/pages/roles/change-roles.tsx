// Roles given to, or taken from, a selection of people.
import { Page } from '../../frame/page.tsx';

export default function ChangeRolesPage() {
  return <Page title="ChangeRolesPage">{null}</Page>;
}
