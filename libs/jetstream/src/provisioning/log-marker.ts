import { Fault } from '@octobus/kernel';
import { PROVISIONING_FAULTS } from './faults.ts';

/**
 * What is known of the log apart from the log: kept in `.octo/` and in Postgres, raised as events are acknowledged.
 * `created` is the server's own text (RFC 3339 with nanoseconds).
 */
export interface LogMarker {
  readonly stream: 'EVENTS';
  readonly created: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** The log as the server tells it. */
export interface LogState {
  readonly created: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly deleted: number;
}

/**
 * Throws `log-shorter-than-known` when the log isn't at least what some marker knows: the server reports no damage itself (a damaged
 * block is cut off and its sequences given out again; an unreadable one makes it delete the stream and report healthy).
 */
export function assertLogIsWhole(markers: readonly LogMarker[], actual: LogState | undefined): void {
  for (const marker of markers) {
    const missing = whatIsMissing(marker, actual);
    if (missing !== undefined) throw shorter(missing, marker, actual);
  }
  if (actual !== undefined && actual.deleted > 0)
    throw shorter(`something inside it is gone (${actual.deleted} of its events)`, markers[0], actual);
}

function whatIsMissing(marker: LogMarker, actual: LogState | undefined): string | undefined {
  if (actual === undefined) return `it held events up to ${marker.lastSequence} and is not there any more`;
  if (actual.created !== marker.created) return `it was created ${marker.created}, the one found is another, created ${actual.created}`;
  if (actual.lastSequence < marker.lastSequence)
    return `it ends at ${actual.lastSequence}, but event ${marker.lastSequence} was acknowledged`;
  if (actual.firstSequence !== marker.firstSequence) {
    return `it begins at ${actual.firstSequence} instead of ${marker.firstSequence}`;
  }
  return undefined;
}

function shorter(missing: string, marker: LogMarker | undefined, actual: LogState | undefined): Fault {
  return new Fault(PROVISIONING_FAULTS.logShorter, {
    retryable: false,
    message: `The event log is not whole: ${missing}; stop, and restore the stream from a copy before anything is written.`,
    details: {
      stream: 'EVENTS',
      ...(marker === undefined ? {} : { knownFirst: marker.firstSequence, knownLast: marker.lastSequence }),
      ...(actual === undefined ? {} : { foundFirst: actual.firstSequence, foundLast: actual.lastSequence, deleted: actual.deleted }),
    },
  });
}

export const markerOf = (log: LogState): LogMarker => ({
  stream: 'EVENTS',
  created: log.created,
  firstSequence: log.firstSequence,
  lastSequence: log.lastSequence,
});

/** The marker after one more acknowledged event; never goes back. */
export const raised = (marker: LogMarker, acknowledged: number): LogMarker =>
  acknowledged > marker.lastSequence ? { ...marker, lastSequence: acknowledged } : marker;
