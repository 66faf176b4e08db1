// The first step of an import: which file.
import { Page } from '../../frame/page.tsx';

export default function UploadPage() {
  return <Page title="UploadPage">{null}</Page>;
}
