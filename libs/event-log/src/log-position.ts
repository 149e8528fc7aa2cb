import { Fault, type Instant, parseInstant } from '@octobus/kernel';
import { LOG_FAULTS } from './faults.ts';
import type { LogPart, LogPositions } from './log-part.ts';

/** A place in the whole log as text: `c`, then the last sequence read of each stream. For its readers it is opaque. */
export const formatLogCursor = (positions: LogPositions): string => `c${positions.join('-')}`;

const CURSOR = /^c\d{1,16}(?:-\d{1,16}){0,7}$/;
const SEQUENCE = /^\d{1,16}$/;

/** Undefined for text that is no cursor of a log with so many streams. */
export function parseLogCursor(text: string, parts: number): LogPositions | undefined {
  if (!CURSOR.test(text)) return undefined;
  const positions = text.slice(1).split('-').map(Number);
  return positions.length === parts && positions.every(Number.isSafeInteger) ? positions : undefined;
}

/**
 * Where a reader begins who asks for a sequence (inclusive; only where the log is one stream), a time (RFC 3339, inclusive), a cursor (what is behind
 * it) or nothing (the beginning). Faults, not retryable: `position-invalid`, `position-in-future`.
 */
export async function positionsOf(parts: readonly LogPart[], from: string | undefined, now: Instant): Promise<LogPositions> {
  if (from === undefined || from === '') return parts.map(() => 0);
  const cursor = parseLogCursor(from, parts.length);
  if (cursor !== undefined) return withinTheLog(parts, cursor);
  if (SEQUENCE.test(from)) return behindSequence(parts, Number(from));
  const time = parseInstant(from);
  if (time === undefined) throw invalid('a position is a sequence, a time such as 2030-01-01T12:00:00Z, or a cursor of this log');
  if (time > now) throw inFuture('that time has not come yet');
  return Promise.all(parts.map(async ({ log }) => (await log.sequenceAt(time)) - 1));
}

async function behindSequence(parts: readonly LogPart[], sequence: number): Promise<LogPositions> {
  if (parts.length > 1)
    throw invalid('this log is spread over several streams, where one sequence names no place: give a time or a cursor');
  if (!Number.isSafeInteger(sequence) || sequence < 1) throw invalid('sequences begin at 1');
  return withinTheLog(parts, [sequence - 1]);
}

/** The place right behind the last event is the latest. */
async function withinTheLog(parts: readonly LogPart[], positions: LogPositions): Promise<LogPositions> {
  const ends = await Promise.all(parts.map(({ log }, part) => log.lastSequence({ atLeast: positions[part] ?? 0 })));
  const beyond = parts.findIndex((_, part) => (positions[part] ?? 0) > (ends[part] ?? 0));
  if (beyond >= 0) throw inFuture(`the stream ${parts[beyond]?.stream ?? ''} ends at ${ends[beyond] ?? 0}`);
  return positions;
}

const invalid = (message: string): Fault => new Fault(LOG_FAULTS.positionInvalid, { retryable: false, message });
const inFuture = (message: string): Fault => new Fault(LOG_FAULTS.positionInFuture, { retryable: false, message });
