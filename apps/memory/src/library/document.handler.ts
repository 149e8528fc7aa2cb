import {
  type BlobRefJson,
  type ContentPartJson,
  type Envelope,
  type EventBody,
  type EventOf,
  aggregatePrefix,
  facet,
  isSealed,
  partsOf,
} from '@octobus/contracts';
import { type Delivery, type EventLog, type RecordedEvent, assertKnownVersion } from '@octobus/event-log';
import { Fault, type Instant, formatInstant, isFault, uuidv7 } from '@octobus/kernel';
import { SEALING_FAULTS, type Sealing } from '@octobus/sealing';
import { type Tracing, randomBytesPooled } from '@octobus/telemetry';
import { decodeDocument } from '../chunking/chunk.ts';
import type { DocumentVersion, Library, Shelved } from './library.ts';

/** Content kept outside the log. Faults: `content-missing`, `content-altered`, `content-unavailable`, `sealed-altered`, `subject-erased`. */
export type ReadBlob = (
  blob: {
    readonly digest: string;
    readonly size: number;
    readonly pieces: readonly string[];
    readonly sealed: boolean;
  },
  of: { readonly tenant: string; readonly id: string },
) => Promise<Uint8Array>;

export interface DocumentOptions {
  readonly log: EventLog;
  readonly sealing: Sealing;
  readonly library: Library;
  readonly readBlob: ReadBlob;
  readonly tracing: Tracing;
  readonly clock: () => Instant;
  /** Told of a document of before that can't be read any more. */
  readonly onUnreadable?: (outcome: RecordedEvent, fault: Fault) => void;
}

const CHUNKER = 'structure@1';

/** Indexes documents as they are asked for, and at start everything that was indexed before: the index is a fold of the log. */
export class DocumentHandler {
  private readonly options: DocumentOptions;
  private readonly sealing: Sealing;
  private readonly log: EventLog;

  constructor(options: DocumentOptions) {
    this.options = options;
    this.sealing = options.sealing;
    this.log = this.sealing.around(options.log);
  }

  /** Reads the log up to now and shelves the last settled version of every document; resolves to their number. */
  async rebuild(): Promise<number> {
    const settled = new Map<string, RecordedEvent>();
    for (const event of await this.log.load(['evt.*.*.document.*.flow.version.*'])) settled.set(aggregatePrefix(event.address), event);
    for (const outcome of settled.values()) {
      try {
        await this.follow(outcome);
      } catch (error) {
        // What can't be opened can't be found; everything else can.
        if (!isFault(error) || error.retryable) throw error;
        this.options.onUnreadable?.(outcome, error);
      }
    }
    return settled.size;
  }

  /** An outcome of some instance: every instance holds the same documents. Versions older than the one held change nothing. */
  async follow(outcome: RecordedEvent): Promise<void> {
    if (outcome.body.type !== 'document.indexed.v1' && outcome.body.type !== 'document.refused.v1') return;
    const { commandId = '' } = outcome.body.data;
    const subject = `${aggregatePrefix(outcome.address)}.${facet.request('ingest', commandId)}`;
    const event = (await this.log.load([subject], { atLeast: outcome.sequence })).at(-1);
    const request = event && requested(event);
    if (event === undefined || request === undefined) return;
    // Of a person who was erased there is nothing left to find.
    if (isSealed(request.content)) return this.options.library.remove(event.address.tenant, event.address.id);
    const version = versionOf(event, request);
    if (outcome.body.type === 'document.refused.v1') this.options.library.refuse(version, outcome.body.data.code ?? '');
    else if (!this.options.library.holds(version)) await this.shelve(version, request);
  }

  async handle({ event: delivered }: Delivery): Promise<void> {
    assertKnownVersion(delivered);
    const event = await this.opened(delivered);
    const request = requested(event);
    if (request === undefined) return;
    if (isSealed(request.content)) throw erased();
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
  async giveUp({ event: delivered }: Delivery, cause: string): Promise<void> {
    const event = await this.opened(delivered).catch(() => delivered);
    const request = requested(event);
    if (request === undefined) return;
    const { commandId = '', digest = '' } = request;
    if (cause === SEALING_FAULTS.erased) this.options.library.remove(event.address.tenant, event.address.id);
    else this.options.library.refuse(versionOf(event, request), cause);
    const body: EventBody = { type: 'document.refused.v1', data: { commandId, digest, code: cause } };
    await this.settle(event, commandId, body, event.envelope.traceparent);
  }

  private async opened(event: RecordedEvent): Promise<RecordedEvent> {
    return this.sealing.opened(event);
  }

  private async settle(event: RecordedEvent, commandId: string, body: EventBody, traceparent: string | undefined): Promise<void> {
    const subject = `${aggregatePrefix(event.address)}.flow.version.${commandId}`;
    await this.log.append({ subject, envelope: this.envelope(event, body, traceparent), body }, { filter: subject, sequence: 0 });
  }

  private async shelve(version: DocumentVersion, request: IngestRequest): Promise<Shelved> {
    const text = await this.textOf(version, request);
    return text === undefined ? this.options.library.refuse(version, 'not-text') : this.options.library.add(version, text);
  }

  /** Undefined when the bytes are no text. */
  private async textOf({ tenant, id }: DocumentVersion, request: IngestRequest): Promise<string | undefined> {
    const part: ContentPartJson | undefined = partsOf(request.content)[0];
    return part?.blob === undefined ? part?.text : decodeDocument(await this.options.readBlob(blobOf(part.blob), { tenant, id }));
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
  dataSubject: request.dataSubject ?? '',
  digest: request.digest ?? '',
  mediaType: request.mediaType ?? 'text/plain',
  size: request.size ?? 0,
  version: request.commandId ?? '',
  sequence: event.sequence,
});

const requested = (event: RecordedEvent): IngestRequest | undefined =>
  event.body.type === 'document.ingest-requested.v1' ? event.body.data : undefined;

const blobOf = ({ digest = '', size = 0, pieces = [], sealed = false }: BlobRefJson) => ({ digest, size, pieces, sealed });

const erased = (): Fault =>
  new Fault(SEALING_FAULTS.erased, { retryable: false, message: 'the person whose document this was was erased' });
