import { type LogMarker, type LogState, raised } from '@octobus/jetstream';
import { isRecord } from './folder.ts';

/** What is known of the event log apart from it, before the first append of a run. */
export interface Witnesses {
  /** Of the marker's file. */
  readonly kept: LogMarker | undefined;
  /** Last sequence that the read models have folded; 0: none. */
  readonly folded: number;
  /** There was a first start before: its keys, or blocks of the log, are on disk. */
  readonly begun: boolean;
}

/**
 * Markers that the log must fit. Only when there is no witness at all is there none, which is what allows the log to be made; that it is absent
 * does not. Without the file nothing is known of the log's time of creation: then the one found counts.
 */
export function markersOf({ kept, folded, begun }: Witnesses, actual: LogState | undefined): readonly LogMarker[] {
  if (kept !== undefined) return [raised(kept, folded)];
  if (folded === 0 && (!begun || actual !== undefined)) return [];
  return [{ stream: 'EVENTS', created: actual?.created ?? '', firstSequence: 1, lastSequence: Math.max(1, folded) }];
}

export const isLogMarker = (value: unknown): value is LogMarker =>
  isRecord(value) &&
  value['stream'] === 'EVENTS' &&
  typeof value['created'] === 'string' &&
  Number.isSafeInteger(value['firstSequence']) &&
  Number.isSafeInteger(value['lastSequence']);
