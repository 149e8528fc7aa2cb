import { describe, expect, it } from '@jest/globals';
import type { LogFinding } from './examine-log.ts';
import type { LogStore } from './log-stores.ts';
import { type Examined, wayOut } from './way-out.ts';

const MARKERS = [{ stream: 'EVENTS', created: 'then', firstSequence: 1, lastSequence: 100 }];
const PLACES = { dataDir: '/s/nats/data', folder: '/s', markerFile: '/s/events-marker.json', rowsDir: '/s/postgres' };
const whole: LogFinding = {
  states: [{ stream: 'EVENTS', created: 'then', firstSequence: 1, lastSequence: 100, deleted: 0 }],
  readable: 100,
  held: 100,
  misfits: 0,
  newer: 0,
};
const cut: LogFinding = {
  ...whole,
  states: [{ stream: 'EVENTS', created: 'then', firstSequence: 1, lastSequence: 60, deleted: 0 }],
  readable: 60,
  held: 60,
  missing: 'it ends at 60',
};
const holed: LogFinding = { ...cut, states: [{ stream: 'EVENTS', created: 'then', firstSequence: 1, lastSequence: 100, deleted: 40 }] };
const garbled: LogFinding = { ...whole, readable: 97, missing: "3 of its 100 events can't be read" };
const gone = { problem: 'there is no such stream' };

const store = (finding: Examined['finding']): Examined => ({ store: at('/s/nats/data', 'store'), finding });
const copy = (name: string, finding: Examined['finding']): Examined => ({ store: at(`/s/nats/data.${name}`, 'copy'), finding });
const at = (path: string, kind: LogStore['kind']): LogStore => ({ path, kind, bytes: 1, at: 0 });
const commands = (...examined: Examined[]): readonly string[] => wayOut(examined, MARKERS, PLACES).filter((line) => line.startsWith('  '));

describe('the way out of a shorter log', () => {
  it('can be pasted whatever the folder is called', () => {
    const odd = { ...PLACES, folder: "/it's $(mine)", dataDir: '/a b/data', markerFile: '/a b/m.json' };
    const lines = [...wayOut([store(gone)], MARKERS, odd), ...wayOut([store(cut)], MARKERS, odd)];
    expect(lines).toContain("  mv '/it'\\''s $(mine)' '/it'\\''s $(mine).lost'");
    expect(lines).toContain("  mv '/a b/m.json' '/a b/m.json.lost'");
  });

  it('is nothing at all when the store is whole', () => {
    expect(wayOut([store(whole), copy('before-restart', cut)], MARKERS, PLACES)).toEqual([]);
  });

  it('is a copy that is whole, in the place of the store', () => {
    expect(commands(store(cut), copy('of-1', holed), copy('before-restart', whole))).toEqual([
      '  mv /s/nats/data /s/nats/data.damaged',
      '  cp -a /s/nats/data.before-restart /s/nats/data',
      '  npm start',
    ]);
  });

  it('is to go on with the longest that holds together, and to know what is lost', () => {
    const lines = wayOut(
      [store(cut), copy('of-1', { ...cut, readable: 80, held: 80 }), copy('of-2', holed), copy('of-3', gone)],
      MARKERS,
      PLACES,
    );
    expect(lines.join('\n')).toContain('To go on with the 80 events of /s/nats/data.of-1, and lose 20 that were acknowledged');
    expect(lines).toContain('  mv /s/events-marker.json /s/events-marker.json.lost');
    expect(lines).toContain('  mv /s/postgres /s/postgres.lost');
    expect(lines).toContain('  cp -a /s/nats/data.of-1 /s/nats/data');
  });

  it('is to live with events that can not be read when nothing else is missing', () => {
    expect(wayOut([store(garbled)], MARKERS, PLACES).join(' ')).toContain("3 events of /s/nats/data can't be read");
    expect(commands(store(garbled))).toEqual([]);
    expect(commands(store(garbled), copy('before-restart', whole))).toHaveLength(3);
  });

  it('is no store that lacks one of the streams of the log', () => {
    const two = [...MARKERS, { stream: 'EVENTS1', created: 'then', firstSequence: 1, lastSequence: 5 }];
    expect(wayOut([store(cut)], two, PLACES).join(' ')).toContain('mv /s /s.lost');
  });

  it('is a backup or a new start when nothing can be read', () => {
    expect(commands(store(gone), copy('of-1', holed))).toEqual(['  mv /s /s.lost', '  npm start']);
    expect(wayOut([store(gone)], MARKERS, { ...PLACES, rowsDir: undefined }).join(' ')).toContain('DATABASE_URL');
  });
});
