// Cards of a site.
import { Page } from '../../frame/page.tsx';

export default function CardsPage() {
  return <Page title="CardsPage">{null}</Page>;
}
