/** One response of a keep-alive connection. */
export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

/** Reads responses with a Content-Length one after another, however the bytes are cut. Throws on one whose length is not told. */
export class HttpResponseReader {
  private waiting: Buffer = NOTHING;

  take(chunk: Buffer): HttpResponse | undefined {
    this.waiting = this.waiting.length === 0 ? chunk : Buffer.concat([this.waiting, chunk]);
    const end = this.waiting.indexOf(HEAD_END);
    if (end < 0) return undefined;
    const head = this.waiting.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error('a response without Content-Length');
    const from = end + HEAD_END.length;
    const to = from + Number(length);
    if (this.waiting.length < to) return undefined;
    const body = this.waiting.toString('utf8', from, to);
    this.waiting = this.waiting.length === to ? NOTHING : this.waiting.subarray(to);
    return { status: Number(head.slice(9, 12)), body };
  }
}

/** The bytes of a request, for a connection that stays open. */
export function httpRequest(url: URL, method: string, apiKey: string, body?: string): Buffer {
  const head = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    `authorization: Bearer ${apiKey}`,
    ...(body === undefined ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]),
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`, 'utf8');
}
