import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { durabilityOf } from './durability.ts';
import { instanceNames, instancesOf } from './instances.ts';
import { assertSameCount, serverPlaces } from './nats-places.ts';

const invalid = (message: RegExp) => expect.objectContaining({ code: 'config-invalid', message: expect.stringMatching(message) });

describe('the durability that is asked for', () => {
  it.each([
    [{}, 'fsync', 1],
    [{ OCTO_DURABILITY: 'flushed' }, 'flushed', 1],
    [{ OCTO_REPLICAS: '3' }, 'replicated', 3],
    [{ OCTO_REPLICAS: '3', OCTO_DURABILITY: 'replicated' }, 'replicated', 3],
    [{ OCTO_REPLICAS: '3', OCTO_DURABILITY: 'flushed' }, 'replicated', 3],
    [{ OCTO_REPLICAS: '3', OCTO_DURABILITY: 'fsync' }, 'fsync', 3],
  ])('%j promises %s by %d', (env, level, replicas) => {
    expect(durabilityOf(env)).toEqual({ level, replicas });
  });

  it.each([
    [{ OCTO_DURABILITY: 'replicated' }, /OCTO_REPLICAS=3/],
    [{ OCTO_REPLICAS: '2' }, /OCTO_REPLICAS is 1 or 3/],
    [{ OCTO_DURABILITY: 'sometimes' }, /OCTO_DURABILITY is/],
  ])('%j is refused', (env, why) => {
    expect(() => durabilityOf(env)).toThrow(invalid(why));
  });
});

describe('the number of servers', () => {
  it('is kept by a folder that holds a log', () => {
    const folder = mkdtempSync(join(tmpdir(), 'octobus-places-'));
    const blocks = (count: 1 | 3): string =>
      join(serverPlaces(folder, count)[0]?.dataDir ?? '', 'jetstream', 'PLATFORM', 'streams', 'EVENTS', 'msgs');
    try {
      expect(() => assertSameCount(folder, 3)).not.toThrow();
      mkdirSync(blocks(1), { recursive: true });
      writeFileSync(join(blocks(1), '1.blk'), 'an event');
      expect(() => assertSameCount(folder, 1)).not.toThrow();
      expect(() => assertSameCount(folder, 3)).toThrow(invalid(/begun with OCTO_REPLICAS=1/));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('gives each server files of its own', () => {
    const places = serverPlaces('/state', 3);
    for (const field of ['name', 'configFile', 'dataDir', 'pidFile', 'logFile'] as const)
      expect(new Set(places.map((place) => place[field])).size).toBe(3);
  });
});

describe('the number of processes of a service', () => {
  it('is one unless it is told', () => {
    const instances = instancesOf({ OCTO_INSTANCES: 'orchestrator=2,arm-noop=3' }, true);
    expect(instanceNames('orchestrator', instances)).toEqual(['orchestrator', 'orchestrator-2']);
    expect(instanceNames('arm-noop', instances)).toHaveLength(3);
    expect(instanceNames('reflex', instances)).toEqual(['reflex']);
    expect(instancesOf({}, false)).toEqual({});
  });

  it.each([
    ['orchestrator=2', false, /--isolate/],
    ['orchestra=2', true, /names no service: "orchestra"/],
    ['orchestrator=0', true, /from 1 to 16/],
    ['orchestrator', true, /from 1 to 16/],
    ['gateway=2', true, /one gateway/],
  ])('%s is refused', (text, isolate, why) => {
    expect(() => instancesOf({ OCTO_INSTANCES: text }, isolate)).toThrow(invalid(why));
  });
});
