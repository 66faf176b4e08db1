// People of a site: search, filters, views, and what is done with a selection.
import { Page } from '../../frame/page.tsx';

export default function PeopleListPage() {
  return <Page title="PeopleListPage">{null}</Page>;
}
