import { Fault } from '@octobus/kernel';
import { PROVISIONING_FAULTS } from './faults.ts';

/**
 * What is known of one stream of the log apart from it: kept in `.octo/` and in Postgres, raised as events are acknowledged.
 * `created` is the server's own text (RFC 3339 with nanoseconds).
 */
export interface LogMarker {
  readonly stream: string;
  readonly created: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** One stream of the log as the server tells it. */
export interface LogState {
  readonly stream: string;
  readonly created: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly deleted: number;
}

/**
 * Throws `log-shorter-than-known` when a stream of the log isn't at least what some marker knows: the server reports no damage itself (a damaged
 * block is cut off and its sequences given out again; an unreadable one makes it delete the stream and report healthy).
 */
export function assertLogIsWhole(markers: readonly LogMarker[], states: readonly LogState[]): void {
  const gap = gapIn(markers, states);
  if (gap !== undefined) throw shorter(gap);
}

/** What a stream of the log lacks. */
export interface LogGap {
  readonly stream: string;
  /** In one sentence without its end. */
  readonly missing: string;
  readonly marker: LogMarker | undefined;
  readonly actual: LogState | undefined;
}

/** The first stream that isn't at least what its marker knows, or that has a hole; undefined when all are whole. */
export function gapIn(markers: readonly LogMarker[], states: readonly LogState[]): LogGap | undefined {
  for (const marker of markers) {
    const actual = states.find(({ stream }) => stream === marker.stream);
    const missing = whatIsMissing(marker, actual);
    if (missing !== undefined) return { stream: marker.stream, missing, marker, actual };
  }
  const holed = states.find(({ deleted }) => deleted > 0);
  if (holed === undefined) return undefined;
  const marker = markers.find(({ stream }) => stream === holed.stream);
  return { stream: holed.stream, missing: `something inside it is gone (${holed.deleted} of its events)`, marker, actual: holed };
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

function shorter({ stream, missing, marker, actual }: LogGap): Fault {
  return new Fault(PROVISIONING_FAULTS.logShorter, {
    retryable: false,
    message: `The event log (${stream}) is not whole: ${missing}; stop, and restore the stream from a copy before anything is written.`,
    details: {
      stream,
      ...(marker === undefined ? {} : { knownFirst: marker.firstSequence, knownLast: marker.lastSequence }),
      ...(actual === undefined ? {} : { foundFirst: actual.firstSequence, foundLast: actual.lastSequence, deleted: actual.deleted }),
    },
  });
}

export const markerOf = ({ stream, created, firstSequence, lastSequence }: LogState): LogMarker => ({
  stream,
  created,
  firstSequence,
  lastSequence,
});

/** The marker after one more acknowledged event; never goes back. */
export const raised = (marker: LogMarker, acknowledged: number): LogMarker =>
  acknowledged > marker.lastSequence ? { ...marker, lastSequence: acknowledged } : marker;

/** Every marker raised to what is there now; the same list when nothing has grown. */
export function raisedTo(markers: readonly LogMarker[], states: readonly LogState[]): readonly LogMarker[] {
  const next = markers.map((marker) => raised(marker, states.find(({ stream }) => stream === marker.stream)?.lastSequence ?? 0));
  return next.some((marker, i) => marker !== markers[i]) ? next : markers;
}
