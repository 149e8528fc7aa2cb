import { existsSync, readFileSync } from 'node:fs';
import { type DurableReport, isDurableReport } from '@octobus/jetstream';
import { durablesFile, troubleOf } from '../dev/durable-keeper.ts';
import { type Check, fail, ok, warn } from './check.ts';

const RUNBOOK = 'See docs/how-to/stuck-consumers.md.';
/** Intervals after which a report is too old. */
const LASTS = 3;

/** How the consumers of the running stack are, as it looked at them last; nothing before its first look. */
export function checkDurables(folder: string, now: number): readonly Check[] {
  const file = durablesFile(folder);
  if (!existsSync(file)) return [];
  const report = read(file);
  if (report === undefined) return [warn('durables', `${file} can't be read`, 'It is written anew within a minute.')];
  const age = now - report.at;
  if (age > LASTS * report.everyMs) {
    return [warn('durables', `nobody has looked at them for ${Math.round(age / 1000)} s`, 'Stop the stack and start it again.')];
  }
  const troubled = report.durables.filter(({ state }) => state !== 'ok');
  if (troubled.length > 0) {
    return troubled.map((durable) => fail('durable', `${durable.name} of ${durable.stream} ${troubleOf(durable)}`, RUNBOOK));
  }
  const waiting = report.durables.reduce((sum, { pending }) => sum + pending, 0);
  const repairs = report.durables.reduce((sum, durable) => sum + durable.repairs, 0);
  return [ok('durables', `${report.durables.length} are read, ${waiting} messages wait, ${repairs} repairs so far`)];
}

/** Only reads: a file that is broken is the stack's business. */
function read(file: string): DurableReport | undefined {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    return isDurableReport(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
