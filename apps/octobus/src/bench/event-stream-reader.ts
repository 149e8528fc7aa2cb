/** One server-sent event, as far as it is measured. */
export interface StreamEvent {
  /** Sequence in the log; undefined for what is no event of the task (`done`). */
  readonly sequence: number | undefined;
  readonly event: string;
  readonly data: string;
}

type State = 'head' | 'size' | 'body' | 'body-end';

/** Reads a chunked HTTP/1.1 response of server-sent events, however the bytes are cut (Latin-1: the fields that are looked at are ASCII). Throws on a status other than 200. */
export class EventStreamReader {
  private waiting = '';
  private message = '';
  private state: State = 'head';
  private left = 0;

  /** True once the head of the response was read. */
  get open(): boolean {
    return this.state !== 'head';
  }

  take(text: string): readonly StreamEvent[] {
    this.waiting += text;
    while (this.advance());
    const events: StreamEvent[] = [];
    for (let end = this.message.indexOf('\n\n'); end >= 0; end = this.message.indexOf('\n\n')) {
      const event = parseStreamEvent(this.message.slice(0, end));
      if (event !== undefined) events.push(event);
      this.message = this.message.slice(end + 2);
    }
    return events;
  }

  /** One part of the framing; false when more bytes are needed. */
  private advance(): boolean {
    if (this.state === 'body') return this.body();
    const mark = this.state === 'head' ? '\r\n\r\n' : '\r\n';
    const end = this.waiting.indexOf(mark);
    if (end < 0) return false;
    const line = this.waiting.slice(0, end);
    this.waiting = this.waiting.slice(end + mark.length);
    if (this.state === 'size') {
      this.left = Number.parseInt(line, 16);
      this.state = this.left === 0 ? 'body-end' : 'body';
    } else {
      if (this.state === 'head' && !line.startsWith('HTTP/1.1 200 '))
        throw new Error(`an event stream was refused: ${line.split('\r\n', 1)[0]}`);
      this.state = 'size';
    }
    return true;
  }

  private body(): boolean {
    if (this.waiting === '') return false;
    const part = this.waiting.slice(0, this.left);
    this.message += part;
    this.waiting = this.waiting.slice(part.length);
    this.left -= part.length;
    if (this.left === 0) this.state = 'body-end';
    return true;
  }
}

/** Undefined for comments. */
export function parseStreamEvent(text: string): StreamEvent | undefined {
  let sequence: number | undefined;
  let event = 'message';
  let data: string | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('data: ')) data = line.slice(6);
    else if (line.startsWith('id: ')) sequence = Number(line.slice(4));
    else if (line.startsWith('event: ')) event = line.slice(7);
  }
  return data === undefined ? undefined : { sequence, event, data };
}
