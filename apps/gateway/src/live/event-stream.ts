import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeyRing } from '../auth/key-ring.ts';
import type { Principal } from '../auth/principal.ts';
import type { Gate } from '../limits/gate.ts';
import type { OpenEnds } from '../limits/open-ends.ts';
import { noLongerUnderWay } from '../limits/under-way.ts';
import { RequestFault } from '../problems/problem.ts';

/** Bytes that may wait for a slow reader; more, and it is cut off and may come back with Last-Event-ID. */
const MOST_WAITING = 1_048_576;
const HEARTBEAT_MS = 15_000;
/** Who takes nothing for so long is cut off. */
const TAKES_WITHIN_MS = 120_000;

/** Messages, or one JSON value a line. */
export type StreamFormat = 'sse' | 'ndjson';

const MEDIA_TYPES: Readonly<Record<StreamFormat, string>> = {
  sse: 'text/event-stream; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** Sequence after which a reader wants to go on; 0: from the first event. */
export function lastEventId(request: FastifyRequest): number {
  const header = request.headers['last-event-id'];
  const sequence = typeof header === 'string' && /^\d{1,16}$/.test(header) ? Number(header) : 0;
  return Number.isSafeInteger(sequence) ? sequence : 0;
}

/** What an event stream is opened by: the gate that counts streams; a stream ends with its key and with the gateway. */
export interface StreamDoor {
  readonly streams: Gate;
  readonly keys: KeyRing;
  readonly openEnds: OpenEnds;
}

/** One message as it stands in a stream. */
export const messageText = (id: string | undefined, event: string, data: unknown): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** One response of server-sent events, bounded in what may wait for its reader. */
export class EventStream {
  private readonly reply: FastifyReply;
  private readonly keys: KeyRing;
  private readonly principal: Principal;
  private readonly format: StreamFormat;
  private readonly heartbeat: NodeJS.Timeout;
  private readonly closing: (() => void)[] = [];
  private closed = false;

  /** Fault `overloaded` when too many streams are open. */
  static open(
    { streams, keys, openEnds }: StreamDoor,
    principal: Principal,
    request: FastifyRequest,
    reply: FastifyReply,
    format: StreamFormat = 'sse',
  ): EventStream {
    const leave = streams.enter(principal.tenant);
    if (leave === undefined) throw new RequestFault('overloaded', 'too many event streams are open here', { retryAfter: 5 });
    noLongerUnderWay(request);
    const stream = new EventStream(request, reply, keys, principal, format);
    stream.onClose(leave);
    stream.onClose(openEnds.add(() => stream.cutShort()));
    if (request.method === 'HEAD') stream.close();
    return stream;
  }

  private constructor(request: FastifyRequest, reply: FastifyReply, keys: KeyRing, principal: Principal, format: StreamFormat) {
    this.reply = reply;
    this.keys = keys;
    this.principal = principal;
    this.format = format;
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': MEDIA_TYPES[format],
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': String(request.id),
    });
    reply.raw.flushHeaders();
    reply.raw.on('close', () => this.close());
    reply.raw.on('error', () => this.close());
    this.heartbeat = setInterval(() => void this.beat(), HEARTBEAT_MS);
    this.onClose(keys.whenRevoked(this.principal, () => this.cutShort()));
  }

  onClose(action: () => void): void {
    if (this.closed) action();
    else this.closing.push(action);
  }

  send(id: string | undefined, event: string, data: unknown): void {
    this.sendText(messageText(id, event, data));
  }

  /** A message that was written before, for several streams. */
  sendText(message: string): void {
    this.write(message);
  }

  /** Resolves when the reader has room for more, or has gone: for who can wait, and so holds nothing for a slow reader. */
  async offer(text: string): Promise<void> {
    if (this.closed || this.reply.raw.write(text)) return;
    const settled = new AbortController();
    const { signal } = settled;
    const late = setTimeout(() => this.breakOff(), TAKES_WITHIN_MS);
    await Promise.race([once(this.reply.raw, 'drain', { signal }), once(this.reply.raw, 'close', { signal })]).catch(() => undefined);
    settled.abort();
    clearTimeout(late);
  }

  /** The reader sees that the stream is not whole. */
  breakOff(): void {
    this.close();
    this.reply.raw.destroy();
  }

  /** Messages have no end of their own; lines that end before their last one must not look complete. */
  private cutShort(): void {
    if (this.format === 'ndjson') this.breakOff();
    else this.close();
  }

  get isOpen(): boolean {
    return !this.closed;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.heartbeat);
    this.reply.raw.end();
    for (const action of this.closing) action();
  }

  /** A key may have expired since; one that can't be looked up just now keeps its stream. */
  private async beat(): Promise<void> {
    if (this.format === 'sse' && !this.reply.raw.writableNeedDrain) this.write(': alive\n\n');
    const { keyId, keyDigest } = this.principal;
    const key = await this.keys.get(keyId, keyDigest).catch(() => 'not known now');
    if (key === undefined) this.cutShort();
  }

  private write(text: string): void {
    if (this.closed) return;
    this.reply.raw.write(text);
    if (this.reply.raw.writableLength <= MOST_WAITING) return;
    this.breakOff();
  }
}
