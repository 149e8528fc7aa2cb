import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LogStreamCount, STREAMS, isLogStreamCount, logStreams } from '@octobus/contracts';
import { type LogMarker, type LogState, raised } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { isRecord, parsed } from './folder.ts';

export const markerFile = (folder: string): string => join(folder, `${STREAMS.events.toLowerCase()}-marker.json`);

/** What the stack of a folder knows of its log just now. Fault `log-marker-unknown`: then nobody can tell whether the log is whole. */
export function markersNow(folder: string): readonly LogMarker[] {
  const file = markerFile(folder);
  const kept = existsSync(file) ? parsed(readFileSync(file, 'utf8')) : undefined;
  if (isLogMarkers(kept)) return [kept].flat();
  throw new Fault('log-marker-unknown', {
    retryable: false,
    message: `${file} does not say how far the event log had come: without it nothing is collected; it is written by a running stack`,
  });
}

/** What is known of the event log apart from it, before the first append of a run. */
export interface Witnesses {
  /** Of the markers' file. */
  readonly kept: readonly LogMarker[] | undefined;
  /** Last sequence of each stream that the read models have folded; none: nothing. */
  readonly folded: ReadonlyMap<string, number>;
  /** There was a first start before: its keys, or blocks of the log, are on disk. */
  readonly begun: boolean;
}

/**
 * Markers that the log must fit. Only when there is no witness at all is there none, which is what allows the log to be made; that it is absent
 * does not. Without the file nothing is known of the log's time of creation: then the one found counts.
 */
export function markersOf(witnesses: Witnesses, count: LogStreamCount, states: readonly LogState[]): readonly LogMarker[] {
  const { kept, folded, begun } = witnesses;
  if (kept !== undefined) return kept.map((marker) => raised(marker, folded.get(marker.stream) ?? 0));
  if (foldedEvents(folded) === 0 && (!begun || states.length > 0)) return [];
  return logStreams(count).map(({ name }) => ({
    stream: name,
    created: states.find(({ stream }) => stream === name)?.created ?? '',
    firstSequence: 1,
    lastSequence: leastKnown(folded.get(name) ?? 0, count),
  }));
}

/** A log that was begun holds an event; of several streams nobody knows which. */
const leastKnown = (folded: number, count: LogStreamCount): number => (count === 1 ? Math.max(1, folded) : folded);

/** How many events the read models have folded. */
export const foldedEvents = (folded: ReadonlyMap<string, number>): number => [...folded.values()].reduce((sum, one) => sum + one, 0);

/** What the file of the markers may hold: one for each stream of the log, or the one of a log in one stream as earlier releases wrote it. */
export const isLogMarkers = (value: unknown): value is LogMarker | readonly LogMarker[] =>
  Array.isArray(value)
    ? isLogStreamCount(value.length) && logStreams(value.length).every(({ name }, i) => isMarkerOf(value[i], name))
    : isMarkerOf(value, 'EVENTS');

const isMarkerOf = (value: unknown, stream: string): value is LogMarker =>
  isRecord(value) &&
  value['stream'] === stream &&
  typeof value['created'] === 'string' &&
  Number.isSafeInteger(value['firstSequence']) &&
  Number.isSafeInteger(value['lastSequence']);
