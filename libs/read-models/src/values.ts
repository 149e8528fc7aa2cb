import { type ClassToken } from '@octobus/contracts';
import { formatInstant, instantOf, parseInstant, parseMicroUsd } from '@octobus/kernel';
import { classToken } from '@octobus/task';

/** Readings of values that came over the wire: total, and always something that Postgres can store. */

const MAX_INTEGER = 2_147_483_647;
const MAX_INSTANT = Date.UTC(9999, 11, 31);

/** At most `limit` UTF-16 units; no NUL and no lone surrogate, which Postgres can not hold. Anything but a string is empty. */
export function text(value: unknown, limit = 200): string {
  if (typeof value !== 'string') return '';
  const short = value.length > limit ? value.slice(0, limit) : value;
  return (short.includes('\u0000') ? short.replaceAll('\u0000', '') : short).toWellFormed();
}

export const textOrNull = (value: unknown, limit?: number): string | null => text(value, limit) || null;

/** A whole number from 0 to 2^31-1; anything else is 0. */
export function count(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? Math.min(value, MAX_INTEGER) : 0;
}

/** Micro-dollars, never negative; undefined when it is no amount. */
export function amountOrNull(value: unknown): number | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const amount = parseMicroUsd(value);
  return amount === undefined || amount < 0 ? null : amount;
}

export const amount = (value: unknown): number => amountOrNull(value) ?? 0;

/** RFC 3339 in UTC with milliseconds, years 0 to 9999; null when it is no time. */
export function timeOrNull(value: unknown): string | null {
  const at = typeof value === 'string' ? parseInstant(value) : undefined;
  return at === undefined ? null : timeWithin(at);
}

function timeWithin(at: number): string | null {
  return at >= 0 && at <= MAX_INSTANT ? formatInstant(instantOf(Math.trunc(at))) : null;
}

let latest = { storedAt: 0, time: formatInstant(instantOf(0)) };

/** When the log stored an event. The last answer is kept: every row of an event asks again. */
export function timeOf(storedAt: number): string {
  if (latest.storedAt !== storedAt) latest = { storedAt, time: timeWithin(storedAt) ?? formatInstant(instantOf(0)) };
  return latest.time;
}

/** The elements that are objects. */
export function objects<T extends object>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
}

export function texts(value: unknown, limit = 20): string[] {
  return Array.isArray(value) ? value.slice(0, limit).map((item) => text(item)) : [];
}

/** The value if it is an object, for fields that hold a message. */
export function object<T extends object>(value: T | undefined): T | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

export const priority = (value: unknown): ClassToken => classToken(typeof value === 'string' ? value : undefined);
