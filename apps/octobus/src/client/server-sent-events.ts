/** One message of an event stream (WHATWG HTML, 9.2). */
export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** Reads messages from the bytes of a response, however they are cut into chunks. Comments are skipped; a message that its blank line didn't end is none. */
export async function* serverSentEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const message = new MessageReader();
  let waiting = '';
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    if (!waiting.endsWith('\r') && !/[\r\n]/.test(text)) {
      waiting += text;
      continue;
    }
    const { lines, rest } = linesOf(waiting + text);
    waiting = rest;
    for (const line of lines) {
      const read = message.take(line);
      if (read !== undefined) yield read;
    }
  }
  const last = waiting.endsWith('\r') ? message.take(waiting.slice(0, -1)) : undefined;
  if (last !== undefined) yield last;
}

/** Lines end in CRLF, LF or CR; a CR at the very end may be the first half of a CRLF, so it waits. */
function linesOf(text: string): { readonly lines: readonly string[]; readonly rest: string } {
  const held = text.endsWith('\r') ? 1 : 0;
  const lines = text.slice(0, text.length - held).split(/\r\n|\n|\r/);
  const rest = `${lines.pop() ?? ''}${held === 1 ? '\r' : ''}`;
  return { lines, rest };
}

class MessageReader {
  private id: string | undefined;
  private event = 'message';
  private data: string[] = [];

  /** A blank line ends a message; one without data is none. */
  take(line: string): ServerSentEvent | undefined {
    if (line !== '') {
      this.field(line);
      return undefined;
    }
    const { id, event, data } = this;
    this.id = undefined;
    this.event = 'message';
    this.data = [];
    return data.length === 0 ? undefined : { id, event, data: data.join('\n') };
  }

  private field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') this.data.push(value);
    else if (name === 'event') this.event = value === '' ? 'message' : value;
    else if (name === 'id') this.id = value;
  }
}
