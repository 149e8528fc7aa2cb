import type { Finding } from './personal/finding.ts';
import { typesOf } from './personal/kinds.ts';
import { screen, type ScreeningOptions, type Verdict } from './screen.ts';

/** What a scan answers for one text. Offsets are UTF-16 units of the text given, `end` exclusive. */
export interface ScanAnswer {
  readonly id: string | number;
  readonly verdict: 'allow' | Exclude<Verdict, 'pass'>;
  readonly injection: { readonly score: number; readonly reasons: readonly string[] };
  readonly findings: readonly ScanFinding[];
}

export interface ScanFinding {
  /** Name of the type as evaluation data and other tools have it; a finding with several names comes once under each. */
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** A line that can't be answered. The reason quotes nothing of it. */
export interface ScanProblem {
  readonly problem: string;
}

const channels: ReadonlyMap<unknown, NonNullable<ScreeningOptions['channel']>> = new Map<unknown, NonNullable<ScreeningOptions['channel']>>(
  [
    [undefined, 'direct'],
    ['user', 'direct'],
    ['retrieved', 'indirect'],
    ['tool', 'indirect'],
    ['output', 'indirect'],
  ],
);

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

const named = ({ kind, start, end, score }: Finding): readonly ScanFinding[] =>
  typesOf(kind).map((type) => ({ type, start, end, score: rounded(score) }));

/** Findings under every name they have, each name once a place. */
export function namedFindings(findings: readonly Finding[]): readonly ScanFinding[] {
  const seen = new Set<string>();
  return findings.flatMap(named).filter(({ type, start, end }) => {
    const key = `${type} ${start} ${end}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

interface ScanRecord {
  readonly id?: unknown;
  readonly text?: unknown;
  readonly channel?: unknown;
}

/** Scans one record `{id, text, channel?}` that came from outside. */
export function scanRecord(record: unknown): ScanAnswer | ScanProblem {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return { problem: 'not a JSON object' };
  const { id, text, channel }: ScanRecord = record;
  if (typeof id !== 'string' && typeof id !== 'number') return { problem: '/id is not a text or a number' };
  if (typeof text !== 'string') return { problem: '/text is not a text' };
  const from = channels.get(channel);
  if (from === undefined) return { problem: '/channel is none of user, retrieved, tool, output' };
  const { verdict, injection, personalData } = screen(text, { channel: from });
  return {
    id,
    verdict: verdict === 'pass' ? 'allow' : verdict,
    injection: { score: rounded(injection.score), reasons: injection.signals },
    findings: namedFindings(personalData),
  };
}

/** Scans one line of JSON. */
export function scanLine(line: string): ScanAnswer | ScanProblem {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return { problem: 'not JSON' };
  }
  return scanRecord(record);
}
