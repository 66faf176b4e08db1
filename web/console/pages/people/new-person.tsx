// Somebody new, by hand.
import { Page } from '../../frame/page.tsx';

export default function NewPersonPage() {
  return <Page title="NewPersonPage">{null}</Page>;
}
