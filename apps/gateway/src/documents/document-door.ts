import { type Commands, checkCommand, facet, idFromName, aggregatePrefix } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { type ContentStore, PIECE_BYTES, piecesOf } from '@octobus/jetstream';
import { type Instant, uuidv7 } from '@octobus/kernel';
import { type Pieces, type SealedBlob, contentBytesOf, putSealed } from '@octobus/sealing';
import { randomBytesPooled } from '@octobus/telemetry';
import type { Readable } from 'node:stream';
import type { Principal } from '../auth/principal.ts';
import type { Door } from '../door/door.ts';
import type { Verdicts } from '../live/verdicts.ts';
import { RequestFault } from '../problems/problem.ts';

/** Larger documents go to CONTENT piece by piece; the command carries their digests. */
export const INLINE_BYTES = 65_536;
export const MOST_BYTES = 50 * 1024 * 1024;
const VERDICT_MS = 250;

export interface DocumentParts {
  readonly door: Door;
  readonly verdicts: Verdicts;
  readonly content: Pick<ContentStore, 'put' | 'get'>;
  readonly doorKey: string;
  readonly clock: () => Instant;
}

export interface IncomingDocument {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Readable;
  /** What the tenant calls the person whom it is about; the caller itself when absent. */
  readonly dataSubject: string | undefined;
  /** As announced by the sender; 0 when it wasn't. */
  readonly size: number;
  readonly traceparent: string | undefined;
}

/** Id of the document, and subject of the event by which this version of it is recorded. */
interface Place {
  readonly target: string;
  readonly namedBy: string;
}

const TEXTUAL = /^(text\/|application\/(json|xml|javascript|typescript|yaml|x-[a-z-]+|toml)$)/;

/** Takes a document as a stream of bytes. Faults: `command-invalid`, `media-type-unsupported`, `body-too-large`, `log-full`. */
export class DocumentDoor {
  private readonly parts: DocumentParts;

  constructor(parts: DocumentParts) {
    this.parts = parts;
  }

  async enter(
    principal: Principal,
    document: IncomingDocument,
  ): Promise<{ readonly id: string; readonly version: string; readonly state: string }> {
    const { door, verdicts, doorKey, clock } = this.parts;
    if (!TEXTUAL.test(document.mediaType))
      throw new RequestFault('media-type-unsupported', 'text, Markdown, HTML and source files are read; other kinds not yet');
    door.admit('ingest');
    const target = idFromName(doorKey, principal.tenant, 'document', document.name);
    const id = uuidv7(clock(), randomBytesPooled(16));
    const prefix = aggregatePrefix({ tenant: principal.tenant, aggregate: 'document', id: target });
    const namedBy = `${prefix}.${facet.request('ingest', id)}`;
    const body = await this.bodyOf(principal, { target, namedBy }, document);
    const verdict = verdicts.expect(namedBy);
    try {
      await door.enter(principal, { verb: 'ingest', tenant: principal.tenant, target, body, id, traceparent: document.traceparent });
    } catch (error) {
      verdict.cancel();
      throw error;
    }
    const event: RecordedEvent | undefined = await verdict.within(VERDICT_MS);
    return { id: target, version: id, state: event === undefined ? 'received' : 'accepted' };
  }

  private async bodyOf(principal: Principal, place: Place, document: IncomingDocument): Promise<Commands['ingest']> {
    const { name, mediaType, bytes, size, dataSubject } = document;
    const about = { name, mediaType, ...(dataSubject === undefined ? {} : { dataSubject }) };
    if (size > MOST_BYTES) throw tooLarge();
    const probe = checkCommand('ingest', { ...about, text: '' });
    if ('problems' in probe)
      throw new RequestFault('command-invalid', 'the document has no valid name or media type', { errors: probe.problems });
    try {
      const { head, rest } = await split(bytes);
      if (rest === undefined) return { ...about, text: decode(head) };
      return { ...about, blob: await this.put(principal, place, document, joined(head, rest)) };
    } catch (error) {
      if (error instanceof RequestFault) throw error;
      throw bytes.errored === null ? error : new RequestFault('command-malformed', 'the body broke off');
    }
  }

  /** Sealed piece by piece: what lies in CONTENT is named by the digest of what lies there. */
  private async put(
    principal: Principal,
    { target: id, namedBy }: Place,
    { dataSubject }: IncomingDocument,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<SealedBlob> {
    const { key } = await this.parts.door.person(principal, principal.tenant, dataSubject);
    if (key === undefined) throw new Error('content is stored sealed only');
    const { content } = this.parts;
    const store: Pieces = { put: (piece) => content.put(piece, namedBy), get: (digest) => content.get(digest) };
    return putSealed(store, { key, id, content: piecesOf(atMost(bytes, MOST_BYTES), contentBytesOf(PIECE_BYTES)) });
  }
}

async function* atMost(bytes: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > most) throw tooLarge();
    yield chunk;
  }
}

const tooLarge = (): RequestFault => new RequestFault('body-too-large', `a document has at most ${MOST_BYTES} bytes`);

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RequestFault('command-invalid', 'the document is not text in UTF-8');
  }
}

/** The whole stream when it is small, else its beginning and the rest of it. */
async function split(stream: Readable): Promise<{ head: Uint8Array; rest: AsyncIterator<Uint8Array> | undefined }> {
  const iterator = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= INLINE_BYTES) {
    const next = await iterator.next();
    if (next.done === true) return { head: Buffer.concat(chunks), rest: undefined };
    chunks.push(next.value);
    size += next.value.length;
  }
  return { head: Buffer.concat(chunks), rest: iterator };
}

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
