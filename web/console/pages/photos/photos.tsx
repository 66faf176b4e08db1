// Photos to be reviewed, one at a time.
import { Page } from '../../frame/page.tsx';

export default function PhotosPage() {
  return <Page title="PhotosPage">{null}</Page>;
}
