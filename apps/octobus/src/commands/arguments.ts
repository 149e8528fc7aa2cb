import { readFileSync } from 'node:fs';
import { Fault, type Instant, formatInstant, instantOf, parseInstant } from '@octobus/kernel';
import { CommanderError, InvalidArgumentError } from 'commander';
import { EXIT, MISSING } from '../io.ts';

/** Readings of what is typed behind an option; what can't be read is wrong usage, with what to write instead. */

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const n = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    if (n < least || n > most) throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
    return n;
  };
}

/** Of lists: more is asked for page by page. */
export const listLimit = wholeNumber(1, 1_000_000);

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `10m`, `2h`, `1d` in milliseconds; undefined for anything else. */
function spanMs(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS_MS[unit] ?? 0);
}

/** Milliseconds, more than none. */
export function durationOf(text: string): number {
  const span = spanMs(text);
  if (span === undefined || span === 0) throw new InvalidArgumentError('Write a time like 30s, 10m, 2h, 1d.');
  return span;
}

/** RFC 3339 of a time, or of so long ago. */
export const pastTime = (text: string): string => formatInstant(timeAt(text, -1, 'ago'));

/** RFC 3339 of a time to come, or of so long from now. */
export function futureTime(text: string): string {
  const at = timeAt(text, 1, 'from now');
  if (at <= Date.now()) throw new InvalidArgumentError('That time has passed.');
  return formatInstant(at);
}

function timeAt(text: string, direction: 1 | -1, how: string): Instant {
  const span = spanMs(text);
  const at = span === undefined ? parseInstant(text) : instantOf(Date.now() + direction * span);
  if (at === undefined) throw new InvalidArgumentError(`Write a time like 2030-01-01T12:00:00Z, or 30m, 12h, 30d for so long ${how}.`);
  return at;
}

/** What has to be there unless something else is: wrong usage without it. */
export function given(text: string | undefined, what: string): string {
  if (text === undefined) throw new CommanderError(EXIT.usage, MISSING, `error: give ${what}`);
  return text;
}

/** The JSON in a file, `-` for standard input. Fault `file-unusable`. */
export function jsonFile(path: string): object {
  const named = path === '-' ? 'standard input' : path;
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (cause) {
    throw unusable(`${named} can't be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, cause);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw unusable(`${named} is not JSON`, cause);
  }
  throw unusable(`${named} is JSON, but no object`);
}

const unusable = (message: string, cause?: unknown): Fault => new Fault('file-unusable', { retryable: false, message, cause });
