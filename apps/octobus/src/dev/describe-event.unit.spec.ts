import { describe, expect, it } from '@jest/globals';
import { describeEvent } from './describe-event.ts';

const died = (times: number) =>
  describeEvent({ kind: 'child', event: { kind: 'died', name: 'gateway', pid: 1, cause: 'exit code 1', restartInMs: 200, times } });
const back = (restart: number) => describeEvent({ kind: 'child', event: { kind: 'ready', name: 'gateway', pid: 7, afterMs: 9, restart } });

describe('a child that dies again and again', () => {
  it('is said ever less often', () => {
    const said = Array.from({ length: 100 }, (_, i) => died(i + 1)).filter((line) => line !== undefined);
    expect(said).toHaveLength(7);
    expect(said.slice(0, 2)).toEqual([
      '  gateway died (exit code 1); starting it again in 200 ms',
      '  gateway died (exit code 1), 2 times in a row; starting it again in 200 ms',
    ]);
  });

  it('is said to be back where its death was said', () => {
    expect([0, 1, 2, 3, 4].map(back)).toEqual([
      undefined,
      '  gateway is back (pid 7)',
      '  gateway is back (pid 7)',
      undefined,
      '  gateway is back (pid 7)',
    ]);
  });
});
