import {
  type BlobRefJson,
  type ContentPartJson,
  type Envelope,
  type EventBody,
  type EventOf,
  aggregatePrefix,
  facet,
  partsOf,
} from '@octobus/contracts';
import { type Delivery, type EventLog, type RecordedEvent, assertKnownVersion } from '@octobus/event-log';
import { type Instant, formatInstant, uuidv7 } from '@octobus/kernel';
import { type Tracing, randomBytesPooled } from '@octobus/telemetry';
import { decodeDocument } from '../chunking/chunk.ts';
import type { DocumentVersion, Library, Shelved } from './library.ts';

/** Content kept outside the log. Faults: `content-missing`, `content-altered`, `content-unavailable`. */
export type ReadBlob = (blob: {
  readonly digest: string;
  readonly size: number;
  readonly pieces: readonly string[];
}) => Promise<Uint8Array>;

export interface DocumentOptions {
  readonly log: EventLog;
  readonly library: Library;
  readonly readBlob: ReadBlob;
  readonly tracing: Tracing;
  readonly clock: () => Instant;
}

const CHUNKER = 'structure@1';

/** Indexes documents as they are asked for, and at start everything that was indexed before: the index is a fold of the log. */
export class DocumentHandler {
  private readonly options: DocumentOptions;

  constructor(options: DocumentOptions) {
    this.options = options;
  }

  /** Reads the log up to now and shelves the last settled version of every document; resolves to their number. */
  async rebuild(): Promise<number> {
    const settled = new Map<string, RecordedEvent>();
    for (const event of await this.options.log.load(['evt.*.*.document.*.flow.version.*']))
      settled.set(aggregatePrefix(event.address), event);
    for (const outcome of settled.values()) await this.follow(outcome);
    return settled.size;
  }

  /** An outcome of some instance: every instance holds the same documents. Versions older than the one held change nothing. */
  async follow(outcome: RecordedEvent): Promise<void> {
    if (outcome.body.type !== 'document.indexed.v1' && outcome.body.type !== 'document.refused.v1') return;
    const { commandId = '' } = outcome.body.data;
    const subject = `${aggregatePrefix(outcome.address)}.${facet.request('ingest', commandId)}`;
    const event = (await this.options.log.load([subject], { atLeast: outcome.sequence })).at(-1);
    const request = event && requested(event);
    if (event === undefined || request === undefined) return;
    const version = versionOf(event, request);
    if (outcome.body.type === 'document.refused.v1') this.options.library.refuse(version, outcome.body.data.code ?? '');
    else if (!this.options.library.holds(version)) await this.shelve(version, request);
  }

  async handle({ event }: Delivery): Promise<void> {
    assertKnownVersion(event);
    const request = requested(event);
    if (request === undefined) return;
    await this.options.tracing.span('index document', event.envelope.traceparent, { kind: 'consumer' }, async (traceparent) => {
      const shelved = await this.shelve(versionOf(event, request), request);
      const { commandId = '', digest = '' } = request;
      const chunks = 'chunks' in shelved ? shelved.chunks : 0;
      const body: EventBody =
        'refused' in shelved
          ? { type: 'document.refused.v1', data: { commandId, digest, code: shelved.refused } }
          : { type: 'document.indexed.v1', data: { commandId, digest, chunks, chunker: CHUNKER } };
      await this.settle(event, commandId, body, traceparent);
    });
  }

  /** A document that can't be read at all is refused, so that whoever waits for it hears of it. */
  async giveUp({ event }: Delivery, cause: string): Promise<void> {
    const request = requested(event);
    if (request === undefined) return;
    const { commandId = '', digest = '' } = request;
    this.options.library.refuse(versionOf(event, request), cause);
    const body: EventBody = { type: 'document.refused.v1', data: { commandId, digest, code: cause } };
    await this.settle(event, commandId, body, event.envelope.traceparent);
  }

  private async settle(event: RecordedEvent, commandId: string, body: EventBody, traceparent: string | undefined): Promise<void> {
    const subject = `${aggregatePrefix(event.address)}.flow.version.${commandId}`;
    await this.options.log.append({ subject, envelope: this.envelope(event, body, traceparent), body }, { filter: subject, sequence: 0 });
  }

  private async shelve(version: DocumentVersion, request: IngestRequest): Promise<Shelved> {
    const text = await this.textOf(request);
    return text === undefined ? this.options.library.refuse(version, 'not-text') : this.options.library.add(version, text);
  }

  /** Undefined when the bytes are no text. */
  private async textOf(request: IngestRequest): Promise<string | undefined> {
    const part: ContentPartJson | undefined = partsOf(request.content)[0];
    return part?.blob === undefined ? part?.text : decodeDocument(await this.options.readBlob(blobOf(part.blob)));
  }

  private envelope(event: RecordedEvent, body: EventBody, traceparent: string | undefined): Envelope {
    const now = this.options.clock();
    return {
      id: uuidv7(now, randomBytesPooled(16)),
      type: body.type,
      source: 'octobus/memory',
      time: formatInstant(now),
      correlation: event.address.id,
      causation: event.envelope.id,
      actor: 'memory',
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  }
}

type IngestRequest = EventOf<'document.ingest-requested.v1'>['data'];

const versionOf = (event: RecordedEvent, request: IngestRequest): DocumentVersion => ({
  tenant: event.address.tenant,
  id: event.address.id,
  name: partsOf(request.content)[0]?.name ?? '',
  digest: request.digest ?? '',
  mediaType: request.mediaType ?? 'text/plain',
  size: request.size ?? 0,
  version: request.commandId ?? '',
  sequence: event.sequence,
});

const requested = (event: RecordedEvent): IngestRequest | undefined =>
  event.body.type === 'document.ingest-requested.v1' ? event.body.data : undefined;

const blobOf = ({ digest = '', size = 0, pieces = [] }: BlobRefJson) => ({ digest, size, pieces });
