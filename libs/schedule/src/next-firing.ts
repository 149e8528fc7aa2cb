import { type Instant, instantOf } from '@octobus/kernel';
import { Cron } from 'croner';

/** When a schedule fires: five fields, or six with seconds before them, read in a time zone of the IANA database. */
export interface Timetable {
  readonly cron: string;
  readonly timeZone: string;
}

/**
 * The first firing after a time; undefined when there is none, or the timetable can't be read.
 * Where clocks are changed: a fixed time (no wildcard or step in seconds, minutes, hours) that doesn't exist falls on the first that does, and one that
 * exists twice counts once, the first time; other times that don't exist are skipped, and those that exist twice count twice (as Vixie cron does).
 */
export function nextFiring(timetable: Timetable, after: Instant): Instant | undefined {
  const next = read(timetable)?.nextRun(new Date(after)) ?? undefined;
  return next && instantOf(next.getTime());
}

const KNOWN = 1000;
const known = new Map<string, Cron>();

function read({ cron, timeZone }: Timetable): Cron | undefined {
  const key = `${timeZone}\n${cron}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  try {
    const made = new Cron(cron, { timezone: timeZone, paused: true, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' });
    if (known.size >= KNOWN) known.clear();
    known.set(key, made);
    return made;
  } catch {
    return undefined;
  }
}

export interface TimetableProblem {
  /** JSON pointer into the command. */
  readonly pointer: string;
  readonly message: string;
}

/** What is wrong with a timetable; undefined: it can be kept. */
export function timetableProblem(timetable: Timetable, now: Instant): TimetableProblem | undefined {
  if (!isTimeZone(timetable.timeZone)) return { pointer: '/timeZone', message: 'is not a time zone of the IANA database' };
  if (!/^\S+(?: \S+){4,5}$/.test(timetable.cron) || read(timetable) === undefined)
    return { pointer: '/cron', message: 'is not a cron expression of five or six fields' };
  return nextFiring(timetable, now) === undefined ? { pointer: '/cron', message: 'never comes true' } : undefined;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
