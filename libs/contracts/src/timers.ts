import { isToken } from '@octobus/kernel';
import { type Aggregate, type AggregateAddress, aggregatePrefix, facet } from './subjects.ts';

/** Aggregates that have timers. */
export const TIMED = ['task', 'schedule'] as const satisfies readonly Aggregate[];

/** One timer of one aggregate: when it fires, it becomes the event `timer.<name>.<n>` of the aggregate. */
export interface TimerName {
  readonly address: AggregateAddress & { readonly aggregate: (typeof TIMED)[number] };
  /** Named by us, never by a person or a model. */
  readonly name: string;
  readonly n: number;
}

/** Where a timer waits in the timers' stream, where it is stored when it fires, and the event that the log makes of it. Throws on a token that could widen a subject. */
export function timerSubjects({ address, name, n }: TimerName): { readonly waits: string; readonly fired: string; readonly event: string } {
  if (!isToken(name) || !Number.isSafeInteger(n) || n < 1) throw new RangeError('a timer has a token and a number');
  const prefix = aggregatePrefix(address);
  const place = prefix.slice(prefix.indexOf('.') + 1);
  return { waits: `timer.${place}.${name}.${n}`, fired: `fired.${place}.${name}.${n}`, event: `${prefix}.${facet.timer(name, n)}` };
}

/** What cancels a timer of this shard is stored here, each instead of the one before. */
export const timerCancelSubject = (shard: string): string => `timer.${shard}.cancel`;

/** Subjects of the timers' stream. */
export const TIMER_SUBJECTS = ['timer.>', 'fired.>'] as const;

export interface SubjectTransform {
  readonly src: string;
  readonly dest: string;
}

/** Every shard there is, in order. */
export const allShards = (): readonly string[] => Array.from({ length: 64 }, (_, shard) => shard.toString(16).padStart(2, '0'));

/**
 * What a stream of the log with these subjects (as of `logStreams`) takes from the timers' stream, and under which subject: its own shards only, and the
 * facet `timer` of nothing but tasks and schedules, whatever an orchestrator writes into a timer. With several streams one filter for all would store each
 * firing in every one of them.
 */
export const firedTransforms = (subjects: readonly string[]): readonly SubjectTransform[] =>
  subjects.flatMap((subject) => {
    const [, shard = ''] = subject.split('.');
    return TIMED.map((aggregate) =>
      shard === '>' ? transform('*', '{{wildcard(1)}}', 2, aggregate) : transform(shard, shard, 1, aggregate),
    );
  });

const transform = (shard: string, written: string, first: number, aggregate: string): SubjectTransform => {
  const wildcard = (i: number): string => `{{wildcard(${first + i})}}`;
  return {
    src: `fired.${shard}.*.${aggregate}.*.*.*`,
    dest: `evt.${written}.${wildcard(0)}.${aggregate}.${wildcard(1)}.timer.${wildcard(2)}.${wildcard(3)}`,
  };
};
