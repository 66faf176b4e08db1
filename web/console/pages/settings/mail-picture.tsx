// A mail as whoever gets it sees it, in a frame of its own, whose rules let it style itself and nothing else.
import { useEffect, useRef } from 'react';
import styles from './mail-picture.module.css';

const FRAME = '/frames/mail';

export function MailPicture({ html, title }: { html: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const show = () => {
    // The frame has no origin that could be named; what it gets is no secret.
    frame.current?.contentWindow?.postMessage({ mail: html }, '*');
  };
  useEffect(show, [html]);
  return (
    <iframe
      ref={frame}
      src={FRAME}
      title={title}
      sandbox="allow-scripts"
      className={styles['frame']}
      onLoad={show}
    />
  );
}
