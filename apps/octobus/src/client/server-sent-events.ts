/** One message of an event stream (WHATWG HTML, 9.2). */
export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** Reads messages from the bytes of a response; comments are skipped. */
export async function* serverSentEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const chunk of bytes) {
    waiting += decoder.decode(chunk, { stream: true });
    const messages = waiting.split('\n\n');
    waiting = messages.pop() ?? '';
    for (const message of messages) {
      const read = parse(message);
      if (read !== undefined) yield read;
    }
  }
}

function parse(message: string): ServerSentEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of message.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
  }
  const data = fields.get('data');
  return data === undefined ? undefined : { id: fields.get('id'), event: fields.get('event') ?? 'message', data };
}
