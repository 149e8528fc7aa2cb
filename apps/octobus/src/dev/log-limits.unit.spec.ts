import { describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits, fileStoreLimit, letterBytes, logLimitsFor, takenBy } from './log-limits.ts';

const GB = 1024 ** 3;

describe('the limits of the log', () => {
  it('follow from the machine: half of the memory, a fifth of the disk', () => {
    expect(defaultLimits({ memory: 8 * GB, disk: 100 * GB, servers: 1 })).toEqual({
      OCTO_MAX_LOG_EVENTS: String(Math.floor((4 * GB) / 1_000)),
      OCTO_MAX_LOG_BYTES: String(20 * GB),
    });
  });

  it('set a part of the store aside for dead letters, never more than half a gigabyte', () => {
    expect([160, 16_000, 100 * GB].map(letterBytes)).toEqual([10, 1_000, GB / 2]);
    expect(letterBytes(0)).toBe(1);
  });

  it('count every server of a cluster, each of which has the whole log', () => {
    const one = defaultLimits({ memory: 9 * GB, disk: 90 * GB, servers: 1 });
    const three = defaultLimits({ memory: 9 * GB, disk: 90 * GB, servers: 3 });
    expect(3 * Number(three.OCTO_MAX_LOG_BYTES)).toBeCloseTo(Number(one.OCTO_MAX_LOG_BYTES), -2);
    expect(3 * Number(three.OCTO_MAX_LOG_EVENTS)).toBeCloseTo(Number(one.OCTO_MAX_LOG_EVENTS), -2);
  });

  it('are those of the environment where it names them, 0 (none) included', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'octobus-limits-'));
    const limits = await logLimitsFor([folder], { OCTO_MAX_LOG_EVENTS: '0', OCTO_MAX_LOG_BYTES: '' });
    expect(limits['OCTO_MAX_LOG_EVENTS']).toBe('0');
    expect(Number(limits['OCTO_MAX_LOG_BYTES'])).toBeGreaterThan(0);
    rmSync(folder, { recursive: true });
  });

  it('of all streams are three quarters of the disk, whatever of it they take already, or what the operator says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'octobus-limits-'));
    const dataDirs = [join(folder, 'not', 'there', 'yet')];
    const limit = await fileStoreLimit(dataDirs, {});
    const log = Number((await logLimitsFor(dataDirs, {}))['OCTO_MAX_LOG_BYTES']);
    expect(limit / log).toBeGreaterThan(3);
    expect(await fileStoreLimit(dataDirs, { OCTO_NATS_MAX_FILE_STORE: '123456' })).toBe(123_456);
    rmSync(folder, { recursive: true });
  });

  it('do not shrink as the log grows: what it and its copy take counts as theirs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'octobus-limits-'));
    const [data, other] = [join(folder, 'data'), join(folder, 'data-2')];
    for (const [dir, bytes] of [
      [data, 1_000],
      [`${data}.before-restart`, 300],
      [other, 20],
    ] as const) {
      mkdirSync(join(dir, 'deep'), { recursive: true });
      writeFileSync(join(dir, 'deep', '1.blk'), Buffer.alloc(bytes));
    }
    expect(await takenBy([data, other])).toBe(1_320);
    rmSync(folder, { recursive: true });
  });
});
