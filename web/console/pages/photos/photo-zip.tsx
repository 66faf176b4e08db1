// Photos of many people in one zip.
import { Page } from '../../frame/page.tsx';

export default function PhotoZipPage() {
  return <Page title="PhotoZipPage">{null}</Page>;
}
