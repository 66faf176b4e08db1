// The worker that all tabs of a browser share: it holds the connection by which the server speaks, and tells each tab.
import { eventStream, type StreamMessage } from './event-stream.ts';

/** What a tab says: who is signed in there, or that it goes. */
export type TabMessage = { hello: string } | 'bye';

const ports = new Set<MessagePort>();
const stream = eventStream((message: StreamMessage) => {
  for (const port of ports) port.postMessage(message);
});

const scope = globalThis as unknown as { onconnect: (event: MessageEvent) => void };
scope.onconnect = ({ ports: [port] }) => {
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<TabMessage>) => {
    if (data === 'bye') {
      ports.delete(port);
      if (ports.size === 0) stream.close();
      return;
    }
    ports.add(port);
    const state = stream.state();
    if (state) port.postMessage(state);
    stream.openFor(data.hello);
  };
};
