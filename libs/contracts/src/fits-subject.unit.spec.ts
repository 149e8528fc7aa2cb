import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { EVENT_SCHEMAS, type EventType } from './events.ts';
import { EVENT_PLACES, fitsSubject } from './fits-subject.ts';
import { AGGREGATES, type EventAddress, facet } from './subjects.ts';

const types = Object.keys(EVENT_SCHEMAS) as EventType[];
const at = (aggregate: EventAddress['aggregate'], ...parts: string[]): EventAddress => ({
  shard: '00',
  tenant: 'acme',
  aggregate,
  id: 'one',
  facet: parts,
});
const inTask = (place: string): EventAddress => at('task', ...place.split('.'));
const token = fc.stringMatching(/^[a-z0-9-]{1,8}$/);

describe('the place of an event', () => {
  it('is set for every type, within an aggregate that exists', () => {
    expect(Object.keys(EVENT_PLACES).sort()).toEqual([...types].sort());
    for (const place of Object.values(EVENT_PLACES)) expect(AGGREGATES).toContain(place.split('.')[0]);
  });

  it.each(types)('takes %s at any tokens its place leaves open', (type) => {
    const [aggregate, ...parts] = EVENT_PLACES[type].split('.') as [EventAddress['aggregate'], ...string[]];
    fc.assert(
      fc.property(fc.array(token, { minLength: parts.length, maxLength: parts.length }), (tokens) => {
        const filled = parts.map((part, i) => (part === '*' || part === '>' ? (tokens[i] ?? 'x') : part));
        expect(fitsSubject(type, at(aggregate, ...filled))).toBe(true);
        if (!parts.includes('>')) expect(fitsSubject(type, at(aggregate, ...filled, 'more'))).toBe(false);
        expect(fitsSubject(type, at(aggregate, ...filled.slice(0, -1)))).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('of an outcome is the arm’s attempt, never the flow', () => {
    expect(fitsSubject('task.step-done.v1', inTask(facet.done('judge', 'check', 1)))).toBe(true);
    expect(fitsSubject('task.step-done.v1', inTask(facet.end))).toBe(false);
    expect(fitsSubject('task.completed.v1', inTask(facet.done('judge', 'check', 1)))).toBe(false);
  });

  it('of a sub-step is none of its siblings', () => {
    const places = { call: facet.call('judge', 's', 1, 1), result: facet.result('judge', 's', 1, 1), note: facet.note('judge', 's', 1, 1) };
    expect(fitsSubject('task.call-started.v1', inTask(places.call))).toBe(true);
    expect(fitsSubject('task.call-started.v1', inTask(places.result))).toBe(false);
    expect(fitsSubject('task.call-finished.v1', inTask(places.result))).toBe(true);
    expect(fitsSubject('task.step-noted.v1', inTask(places.note))).toBe(true);
    expect(fitsSubject('task.step-noted.v1', inTask(places.call))).toBe(false);
  });

  it('in one aggregate is not the same place in another', () => {
    expect(fitsSubject('task.completed.v1', at('document', 'flow', 'end'))).toBe(false);
    expect(fitsSubject('document.indexed.v1', at('task', 'flow', 'version', 'c'))).toBe(false);
  });
});
