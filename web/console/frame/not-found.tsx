// An address that leads nowhere.
import { Page } from './page.tsx';

export default function NotFoundPage() {
  return <Page title="NotFoundPage">{null}</Page>;
}
