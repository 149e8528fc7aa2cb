import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { removeRefusedDurables, removeUnreadableDurables } from './damaged-durables.ts';
import { streamsFolder } from './store.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'octobus-durables-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function store(stream: string, name: string, { settings = 300, position = 40 as number | undefined } = {}): string {
  const folder = join(streamsFolder(dataDir), stream, 'obs', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'meta.inf'), 'x'.repeat(settings));
  if (position !== undefined) writeFileSync(join(folder, 'o.dat'), 'x'.repeat(position));
  return folder;
}

const REFUSED = (path: string) =>
  `[7] 2026/11/21 20:00:00.000001 [WRN]     Error adding consumer '${path}': error creating store for consumer: corrupt (10104)\n`;

describe('durables that nats-server can not read', () => {
  it('are removed before it starts when they would end it, and no others', () => {
    const whole = [store('EVENTS', 'memory'), store('INGRESS', 'reflex', { position: undefined })];
    const cut = [store('EVENTS', 'orchestrator', { position: 7 }), store('EVENTS', 'projection', { settings: 0 })];
    expect(removeUnreadableDurables(dataDir).toSorted()).toEqual(['orchestrator of EVENTS', 'projection of EVENTS']);
    expect(whole.map(existsSync)).toEqual([true, true]);
    expect(cut.map(existsSync)).toEqual([false, false]);
    expect(removeUnreadableDurables(dataDir)).toEqual([]);
  });

  it('are removed when it says so of them, and nothing else is whatever its log says', () => {
    const folders = [store('EVENTS', 'memory'), store('EVENTS', 'orchestrator'), store('EVENTS', 't-acme')];
    const log = [
      'PLATFORM > EVENTS > memory',
      'OTHER > EVENTS > orchestrator',
      'PLATFORM > EVENTS > ../../EVENTS/obs/t-acme',
      'PLATFORM > EVENTS > gone',
    ];
    expect(removeRefusedDurables(dataDir, log.map(REFUSED).join(''))).toEqual(['memory of EVENTS']);
    expect(folders.map(existsSync)).toEqual([false, true, true]);
  });

  it('are none where there is no store yet', () => {
    expect(removeUnreadableDurables(join(dataDir, 'nowhere'))).toEqual([]);
  });
});
