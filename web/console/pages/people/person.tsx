// One person: photo, fields, cards, roles, and the history of changes.
import { Page } from '../../frame/page.tsx';

export default function PersonPage() {
  return <Page title="PersonPage">{null}</Page>;
}
