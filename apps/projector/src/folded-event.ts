import { hash } from 'node:crypto';
import type { RecordedEvent } from '@octobus/event-log';
import type { Position } from '@octobus/postgres';
import { type RowChange, foldEvent } from '@octobus/read-models';

/** What is kept of an event between its arrival and its commit; its content is not. */
export interface FoldedEvent {
  readonly sequence: number;
  readonly changes: readonly RowChange[];
  /** SHA-256 (hex) of sequence, subject, envelope id and the body as it was written as JSON, joined by line feeds, of which only the last could hold one. */
  readonly digest: string;
}

const sha256 = (text: string): string => hash('sha256', text, 'hex');

export const folded = (event: RecordedEvent): FoldedEvent => ({
  sequence: event.sequence,
  changes: foldEvent(event),
  digest: eventDigest(event),
});

export const eventDigest = ({ sequence, subject, envelope, body, written }: RecordedEvent): string =>
  sha256(`${sequence}\n${subject}\n${envelope.id}\n${JSON.stringify(written ?? body.data)}`);

/** The next link of the chain that a running hash is. */
export const nextLink = (previous: string, digest: string): string => sha256(previous + digest);

/** The running hash is a chain: SHA-256 of the previous link (empty before the first event) and the event's digest, both in hex. */
export function positionAfter(from: Position, events: readonly FoldedEvent[]): Position {
  return {
    stream: from.stream,
    sequence: events.at(-1)?.sequence ?? from.sequence,
    runningHash: events.reduce((previous, { digest }) => nextLink(previous, digest), from.runningHash),
  };
}
