// What holds for a site: the list of settings, and the one that is open.
import { Page } from '../../frame/page.tsx';

export default function SettingsPage() {
  return <Page title="SettingsPage">{null}</Page>;
}
