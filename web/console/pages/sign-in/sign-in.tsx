// Signing in.
import { Page } from '../../frame/page.tsx';

export default function SignInPage() {
  return <Page title="SignInPage">{null}</Page>;
}
