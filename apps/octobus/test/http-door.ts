import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Parsed JSON, undefined for anything else. */
  readonly json: unknown;
}

export interface Asking {
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Strings and bytes go as they are, with their length; a generator, of either kind, in chunks of unknown number; anything else as JSON. */
  readonly body?: unknown;
}

/** One request as a stranger's program sends it: the path goes over the wire as it is written, and an early answer is read to its end. */
export function ask(base: string, method: string, path: string, { key, headers = {}, body }: Asking = {}): Promise<Answer> {
  const { hostname, port } = new URL(base);
  const isPlain = body === undefined || typeof body === 'string' || body instanceof Uint8Array || isChunks(body);
  const sent = isPlain ? body : JSON.stringify(body);
  const all = {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(isPlain ? {} : { 'content-type': 'application/json' }),
    ...(typeof sent === 'string' || sent instanceof Uint8Array ? { 'content-length': String(Buffer.byteLength(sent)) } : {}),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers: all, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
        request.destroy();
      });
    });
    request.setTimeout(20_000, () => request.destroy(new Error(`no answer to ${method} ${path.slice(0, 100)}`)));
    request.once('error', reject);
    void send(request, sent);
  });
}

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
const isChunks = (body: unknown): body is Chunks =>
  typeof body === 'object' && body !== null && (Symbol.iterator in body || Symbol.asyncIterator in body) && !Array.isArray(body);

async function send(request: ReturnType<typeof httpRequest>, body: unknown): Promise<void> {
  if (typeof body === 'string' || body instanceof Uint8Array) return void request.end(body);
  const closed = new Promise((resolve) => request.once('close', resolve));
  for await (const chunk of isChunks(body) ? body : []) {
    if (request.destroyed) return;
    if (!request.write(chunk)) await Promise.race([new Promise((resolve) => request.once('drain', resolve)), closed]);
  }
  request.end();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Bytes on a bare connection, and everything that comes back until it is closed. */
export function talk(base: string, bytes: string, withinMs = 3_000): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    let back = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(withinMs, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (back += chunk.toString())).on('error', () => undefined);
    socket.once('close', () => resolve(back));
  });
}

/** Text of so many bytes in chunks of 64 kB, no two alike; texts of two titles have no chunk in common. */
export function* textOf(bytes: number, title = 'one'): Generator<Uint8Array> {
  for (let left = bytes, n = 0; left > 0;) {
    const line = `Line ${n++} of a long document about nothing in particular (${title}). `;
    const chunk = Buffer.from(line.repeat(Math.ceil(65_536 / line.length))).subarray(0, Math.min(65_536, left));
    left -= chunk.length;
    yield chunk;
  }
}
