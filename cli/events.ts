// A reader of server-sent events, as the HTML standard describes them.

export type ServerEvent = { event: string; data: string; id: string };

/**
 * The events in a stream of bytes, cut however it may be. An event that the stream's end cuts off is left out.
 * `id` is the last one seen, from `lastId` on, which is what a reader sends as Last-Event-ID to resume.
 */
export async function* readEvents(
  bytes: AsyncIterable<Uint8Array>,
  lastId = '',
): AsyncGenerator<ServerEvent> {
  let [event, data, id]: [string, string[], string] = ['message', [], lastId];
  for await (const line of readLines(bytes)) {
    if (line === '') {
      if (data.length > 0) yield { event, data: data.join('\n'), id };
      [event, data] = ['message', []];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value || 'message';
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
}

// A line ends at LF, CRLF or CR; a CR at the end of what has come so far may be half of a CRLF.
async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest.endsWith('\r')) yield rest.slice(0, -1);
}
