import { describe, expect, it } from '@jest/globals';
import { isWorthCollecting } from './idle-memory.ts';

const MB = 1024 * 1024;
const idle = { cpuMs: 130, elapsedMs: 10_000, heapBytes: 300 * MB, settledBytes: 80 * MB };

describe('a collection', () => {
  it('is worth it when the process is idle and its heap has grown', () => {
    expect(isWorthCollecting(idle)).toBe(true);
  });

  it('is not while there is work, nor twice for the same growth', () => {
    expect(isWorthCollecting({ ...idle, cpuMs: 900 })).toBe(false);
    expect(isWorthCollecting({ ...idle, settledBytes: 260 * MB })).toBe(false);
  });
});
