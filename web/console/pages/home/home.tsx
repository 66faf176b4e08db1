// What needs the admin, what runs, and what came.
import { Page } from '../../frame/page.tsx';

export default function HomePage() {
  return <Page title="HomePage">{null}</Page>;
}
