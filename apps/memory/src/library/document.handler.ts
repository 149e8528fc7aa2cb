import {
  type BlobRefJson,
  type ContentPartJson,
  type Envelope,
  type EventBody,
  type EventOf,
  aggregatePrefix,
  partsOf,
} from '@octobus/contracts';
import type { Delivery, EventLog, RecordedEvent } from '@octobus/event-log';
import { type Instant, formatInstant, uuidv7 } from '@octobus/kernel';
import { type Tracing, randomBytesPooled } from '@octobus/telemetry';
import { decodeDocument } from '../chunking/chunk.ts';
import type { DocumentVersion, Library } from './library.ts';

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

  /** Reads the log up to now; resolves to the number of documents. */
  async rebuild(): Promise<number> {
    const latest = new Map<string, RecordedEvent>();
    const settled = new Set<string>();
    for await (const batch of this.options.log.read('evt.*.*.document.*.>', 1)) {
      for (const event of batch) {
        const prefix = aggregatePrefix(event.address);
        if (event.body.type === 'document.ingest-requested.v1') latest.set(prefix, event);
        if (event.body.type === 'document.indexed.v1') settled.add(`${prefix} ${event.body.data.commandId ?? ''}`);
      }
    }
    let documents = 0;
    for (const [prefix, event] of latest) {
      const version = requested(event);
      if (version === undefined || !settled.has(`${prefix} ${version.commandId ?? ''}`)) continue;
      const read = await this.read(event, version);
      if (read !== undefined && 'chunks' in this.options.library.add(read)) documents++;
    }
    return documents;
  }

  async handle({ event }: Delivery): Promise<void> {
    const request = requested(event);
    if (request === undefined) return;
    await this.options.tracing.span('index document', event.envelope.traceparent, { kind: 'consumer' }, async (traceparent) => {
      const version = await this.read(event, request);
      const shelved = version === undefined ? ({ refused: 'not-text' } as const) : this.options.library.add(version);
      const { commandId = '', digest = '' } = request;
      const body: EventBody =
        'refused' in shelved
          ? { type: 'document.refused.v1', data: { commandId, digest, code: shelved.refused } }
          : {
              type: 'document.indexed.v1',
              data: { commandId, digest, chunks: 'chunks' in shelved ? shelved.chunks : 0, chunker: CHUNKER },
            };
      const subject = `${aggregatePrefix(event.address)}.flow.version.${commandId}`;
      await this.options.log.append({ subject, envelope: this.envelope(event, body, traceparent), body }, { filter: subject, sequence: 0 });
    });
  }

  /** Undefined when the bytes are no text. */
  private async read(event: RecordedEvent, data: EventOf<'document.ingest-requested.v1'>['data']): Promise<DocumentVersion | undefined> {
    const part: ContentPartJson | undefined = partsOf(data.content)[0];
    if (part === undefined) return undefined;
    const text = part.blob === undefined ? part.text : decodeDocument(await this.options.readBlob(blobOf(part.blob)));
    if (text === undefined) return undefined;
    return {
      tenant: event.address.tenant,
      id: event.address.id,
      name: part.name ?? '',
      digest: data.digest ?? '',
      mediaType: data.mediaType ?? 'text/plain',
      size: data.size ?? 0,
      version: data.commandId ?? '',
      text,
      sequence: event.sequence,
    };
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

const requested = (event: RecordedEvent): EventOf<'document.ingest-requested.v1'>['data'] | undefined =>
  event.body.type === 'document.ingest-requested.v1' ? event.body.data : undefined;

const blobOf = ({ digest = '', size = 0, pieces = [] }: BlobRefJson) => ({ digest, size, pieces });
