import { type AggregateAddress, type BlobRefJson, aggregatePrefix, partsOf, scope } from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';
import { formatInstant, instantOf } from '@octobus/kernel';
import { type Sealing, type SubjectName, openedForReader, slotOf } from '@octobus/sealing';

export interface ExportParts {
  readonly log: EventLog;
  readonly sealing: Sealing;
  /** Tasks and documents about a person, by the read models: as of a moment ago. */
  readonly aggregatesOf: (name: SubjectName) => AsyncIterable<AggregateAddress>;
  /** Content outside the log. */
  readonly readBlob: (blob: BlobRefJson, of: AggregateAddress) => Promise<Uint8Array>;
}

/** Every event of every task and document about a person, content in the clear, one aggregate in memory at a time. */
export async function* exportLines(parts: ExportParts, name: SubjectName): AsyncGenerator<string> {
  for await (const address of parts.aggregatesOf(name)) {
    for (const event of await parts.log.load([scope.all(aggregatePrefix(address))])) {
      const opened = await openedForReader(parts.sealing, event);
      yield line(eventOf(opened));
      for (const part of partsOf(slotOf(opened))) {
        if (part.blob === undefined) continue;
        const bytes = await parts.readBlob(part.blob, address);
        yield line({
          kind: 'content',
          aggregate: address.aggregate,
          id: address.id,
          name: part.name,
          base64: Buffer.from(bytes).toString('base64'),
        });
      }
    }
  }
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;

const eventOf = ({ address, sequence, storedAt, envelope, body }: RecordedEvent): object => ({
  kind: 'event',
  aggregate: address.aggregate,
  id: address.id,
  facet: address.facet.join('.'),
  sequence,
  at: formatInstant(instantOf(storedAt)),
  type: envelope.type,
  actor: envelope.actor,
  data: body.data,
});
