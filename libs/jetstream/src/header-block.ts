import type { Msg, MsgHdrs } from '@nats-io/transport-node';

/**
 * The headers of a message, searched in place: the client's own decoder builds a map with quadratic look-ups, which costs more than
 * the rest of reading an event. Lines end in CRLF, so a value can't pretend to be another header.
 */
export class HeaderBlock {
  private readonly text: string;
  private folded: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** What the writer said: the first line of this exact name. */
  first(name: string): string | undefined {
    return this.valueAt(this.text.indexOf(needleOf(name)), name);
  }

  /** What the server said: it appends its lines behind the writer's, who may have written the same names. */
  last(name: string): string | undefined {
    return this.valueAt(this.text.lastIndexOf(needleOf(name)), name);
  }

  /** Like `first`, in whatever case the name was written (clients in Go send `Ce-Id`). */
  any(name: string): string | undefined {
    const exact = this.first(name);
    if (exact !== undefined) return exact;
    this.folded ??= foldAscii(this.text);
    return this.valueAt(this.folded.indexOf(`\r\n${name.toLowerCase()}:`), name);
  }

  /** Every line in the order and the writing in which it was sent. A name that was sent twice is there twice. */
  entries(): [name: string, value: string][] {
    return this.text.split('\r\n').flatMap((line, i) => {
      const colon = line.indexOf(':');
      return i === 0 || colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as [string, string]];
    });
  }

  /** Status of a protocol message; 0 for none. */
  get status(): number {
    return this.text.startsWith('NATS/1.0 ') ? Number.parseInt(this.text.slice(9, 12), 10) || 0 : 0;
  }

  get description(): string {
    const end = this.text.indexOf('\r\n');
    return this.text.slice(13, end === -1 ? undefined : end).trim();
  }

  private valueAt(start: number, name: string): string | undefined {
    if (start === -1) return undefined;
    const from = start + name.length + 3;
    const end = this.text.indexOf('\r\n', from);
    return this.text.slice(from, end === -1 ? undefined : end).trim();
  }
}

/** Names are looked up again and again: a text that is put together for each look-up costs as much as the search. */
const needles = new Map<string, string>();
const KNOWN_NEEDLES = 200;

function needleOf(name: string): string {
  const known = needles.get(name);
  if (known !== undefined) return known;
  const needle = `\r\n${name}:`;
  if (needles.size < KNOWN_NEEDLES) needles.set(name, needle);
  return needle;
}

/** Lower case of ASCII letters only, so that positions stay. */
const foldAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const NONE = new HeaderBlock('');

interface RawMessage {
  readonly _rdata?: unknown;
  readonly _msg?: { readonly hdr?: unknown };
}

/** Reads the client's undecoded bytes (`MsgImpl` of nats-core 3.4); goes the public way should they move. */
export function headersOf(message: Msg): HeaderBlock {
  const { _rdata: bytes, _msg: frame } = message as unknown as RawMessage;
  const length = frame?.hdr;
  if (bytes instanceof Uint8Array && typeof length === 'number') {
    return length > 0 ? new HeaderBlock(Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('utf8')) : NONE;
  }
  return message.headers === undefined ? NONE : encoded(message.headers);
}

function encoded(headers: MsgHdrs): HeaderBlock {
  const lines = [...headers].flatMap(([name, values]) => values.map((value) => `\r\n${name}: ${value}`));
  return new HeaderBlock(`NATS/1.0 ${headers.status}`.trim() + lines.join(''));
}
