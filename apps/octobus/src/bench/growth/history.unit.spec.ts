import { describe, expect, it } from '@jest/globals';
import { taskPrefix } from '@octobus/contracts';
import { type Template, readdress } from './history.ts';

const TASK = '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3';
const FIRST = '0192f0c1-2d3e-7a4b-8c5d-000000000001';
const SECOND = '0192f0c1-2d3e-7a4b-8c5d-000000000002';
const template: Template = {
  id: TASK,
  tenant: 'acme',
  events: [
    {
      facet: `request.submit.${TASK}`,
      headers: [
        ['ce-id', FIRST],
        ['ce-time', '2026-01-01T00:00:00.000Z'],
        ['octo-correlation', TASK],
        ['octo-causation', TASK],
      ],
      body: JSON.stringify({ commandId: TASK }),
    },
    {
      facet: 'flow.end',
      headers: [
        ['ce-id', SECOND],
        ['octo-correlation', TASK],
        ['octo-causation', FIRST],
        ['octo-actor', 'orchestrator'],
      ],
      body: '{}',
    },
  ],
};

describe('a history for another task', () => {
  it('names the other task everywhere, and the first nowhere', () => {
    const { id, events } = readdress(template, Date.UTC(2026, 5, 1));
    expect(JSON.stringify(events)).not.toContain(TASK);
    expect(events.map(({ subject }) => subject)).toEqual([
      `${taskPrefix('acme', id)}.request.submit.${id}`,
      `${taskPrefix('acme', id)}.flow.end`,
    ]);
    expect(events[0]?.body).toBe(JSON.stringify({ commandId: id }));
    expect(Object.fromEntries(events[0]?.headers ?? [])).toMatchObject({ 'octo-correlation': id, 'ce-time': '2026-06-01T00:00:00.000Z' });
  });

  it('has event ids of its own, and causes that lead to them', () => {
    const [one, two] = [readdress(template, 0), readdress(template, 0)];
    const idsOf = ({ events }: typeof one) => events.map(({ headers }) => Object.fromEntries(headers)['ce-id'] ?? '');
    const all = [FIRST, SECOND, ...idsOf(one), ...idsOf(two)];
    expect(new Set(all).size).toBe(all.length);
    expect(Object.fromEntries(one.events[1]?.headers ?? [])).toMatchObject({
      'octo-causation': idsOf(one)[0],
      'octo-actor': 'orchestrator',
    });
  });
});
