import { FAULTS } from './faults.ts';
import type { Course } from './simulation.ts';
import { type Tally, uncovered } from './tally.ts';

const MOST_LISTED = 20;

/** From so many seeds on, each kind of fault must have happened. */
export const COVERING = 100;

/** What happened in one seed, line by line, and which promises it broke. */
export function courseText({ seed, trace, violations, fingerprint }: Course): string {
  const broken = violations.map(({ invariant, detail }) => `  ${invariant}: ${detail}`);
  return [`seed ${seed} (${fingerprint})`, ...trace, ...(broken.length > 0 ? ['broken:', ...broken] : ['nothing broken']), ''].join('\n');
}

/** `again`: the command that shows a seed again. */
export function tallyText(tally: Tally, seconds: number, again: (seed: number) => string): string {
  const { seeds, tasks, logged, events, firings, simulatedMs, failed } = tally;
  const lines = [
    `${seeds} seeds in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(0)}/s): ${tasks} tasks, ${logged} events logged, ${firings} timers fired, ${events} steps of the simulation, ${(simulatedMs / 3_600_000).toFixed(1)} hours of its time`,
    `at least ${tally.leastTasks} tasks and ${tally.leastFaults} faults a seed`,
    ...Object.entries(tally.ends).map(([end, n]) => `  ${end.padEnd(24)}${String(n).padStart(9)}`),
    'faults that took effect, and in how many seeds',
    ...FAULTS.map(
      (kind) => `  ${kind.padEnd(24)}${String(tally.faults[kind].hits).padStart(9)}${String(tally.faults[kind].seeds).padStart(9)}`,
    ),
    ...(seeds < COVERING ? [] : uncovered(tally).map((kind) => `  never happened: ${kind}`)),
    ...failed.slice(0, MOST_LISTED).map(({ seed, violations }) => `FAILED  seed ${seed}: ${kindsOf(violations)}`),
    `${failed.length} of ${seeds} seeds failed${failed.length > 0 ? `; ${again(failed[0]?.seed ?? 0)} shows the first again` : ''}`,
  ];
  return `${lines.join('\n')}\n`;
}

const kindsOf = (violations: Tally['failed'][number]['violations']): string =>
  [...new Set(violations.map(({ invariant }) => invariant))].join('; ');
