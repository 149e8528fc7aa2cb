import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { load, type System } from './test/bench-cells.ts';

const { readFlags } = await load<{ readFlags(args: readonly string[]): Readonly<Record<string, unknown>> }>('flags.mjs');
const { ourSystems, peerSystems, lacks } = await load<{
  ourSystems(options: {
    readonly flushed: boolean;
    readonly doors: readonly string[];
    readonly logStreams?: readonly number[];
  }): readonly System[];
  peerSystems(wanted: readonly string[] | 'all', folder: string): readonly System[];
  lacks(system: Pick<System, 'modes' | 'workloads'>, workload: string, mode: string): string | undefined;
}>('systems.mjs');

const folder = mkdtempSync(join(tmpdir(), 'octobus-bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the flags', () => {
  it('have the defaults of the help', () => {
    expect(readFlags([])).toMatchObject({
      workload: 'five-step',
      modes: ['services', 'journalled', 'grouped'],
      logStreams: [1, 4],
      doors: ['nats'],
      clients: [1, 32],
      peers: 'all',
      rounds: 3,
      seconds: 8,
      warmup: 3,
      json: false,
      flushed: false,
    });
  });

  it('take lists of clients and peers, each value once', () => {
    expect(readFlags(['--clients', '32,1,32', '--peers', 'restate,dbos', '--mode', 'journalled'])).toMatchObject({
      clients: [1, 32],
      peers: ['restate', 'dbos'],
      modes: ['journalled'],
    });
    expect(readFlags(['--peers', 'none', '--log-streams', '8,1,8'])).toMatchObject({ peers: [], logStreams: [1, 8] });
  });

  it.each([
    [['--workload', 'six-step']],
    [['--mode', 'constructor']],
    [['--log-streams', '3']],
    [['--clients', '0']],
    [['--clients', '1,x']],
    [['--rounds', '0']],
    [['--seconds', '1e3']],
    [['--nonsense']],
    [['five-step']],
  ])('refuse %j as wrong usage', (args) => {
    const refused = (): unknown => {
      try {
        return readFlags(args);
      } catch (error) {
        return error;
      }
    };
    expect(refused()).toMatchObject({ name: 'Trouble', exitCode: 64 });
  });
});

describe('the systems', () => {
  it('are Octobus as asked for, by durability and door', () => {
    const names = (flushed: boolean, doors: readonly string[]): readonly string[] => ourSystems({ flushed, doors }).map(({ name }) => name);
    expect(names(false, ['nats'])).toEqual(['octobus']);
    expect(names(true, ['nats', 'rest'])).toEqual(['octobus', 'octobus-flushed', 'octobus-rest', 'octobus-flushed-rest']);
    const spread = ourSystems({ flushed: true, doors: ['nats'], logStreams: [1, 4] });
    expect(spread.map(({ name }) => name)).toEqual(['octobus', 'octobus-4-streams', 'octobus-flushed', 'octobus-flushed-4-streams']);
  });

  it('are the peers that are there, and an unknown one is wrong usage', () => {
    mkdirSync(join(folder, 'peers', 'swift'), { recursive: true });
    writeFileSync(join(folder, 'peers', 'swift', 'peer.json'), '{"modes":["journalled"],"workloads":["five-step"]}');
    writeFileSync(join(folder, 'peers', 'notes.txt'), '');
    const [swift] = peerSystems('all', join(folder, 'peers'));
    expect(swift).toMatchObject({ name: 'swift', ours: false, durability: 'unknown' });
    expect(() => peerSystems(['slow'], join(folder, 'peers'))).toThrow('There is no peer "slow"; there are: swift.');
    expect(swift && lacks(swift, 'five-step', 'journalled')).toBeUndefined();
    expect(swift && lacks(swift, 'five-step', 'services')).toBe('it has no mode services');
    expect(swift && lacks(swift, 'fan-out', 'journalled')).toBe('it has no workload fan-out');
  });
});
