import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bus, PLATFORM_ACCOUNT, connectBus } from '@octobus/jetstream';
import { eventually } from '@octobus/testing';
import { type LogFindings, witnessLog } from '../src/bench/failover/log-witness.ts';
import { connectAs } from '../src/bench/stack-access.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const TASKS = 60;
const ORCHESTRATORS = ['orchestrator', 'orchestrator-2'];
const ARMS = ['arm-noop', 'arm-noop-2'];

let octobus: RunningOctobus;
let buses: Bus[] = [];
let findings: LogFindings;
let ids: readonly string[] = [];

interface Line {
  readonly msg?: string;
  readonly task?: string;
}

const folder = (): string => join(octobus.folder, '.octo');
const linesOf = (service: string): readonly Line[] =>
  readFileSync(join(folder(), 'logs', `${service}.log`), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
/** Decisions are logged under the type of their event. */
const decisionsOf = (service: string): readonly Line[] => linesOf(service).filter(({ msg }) => /^task\.[a-z-]+\.v\d$/.test(msg ?? ''));
const stepsOf = (service: string): readonly Line[] => linesOf(service).filter(({ msg }) => msg === 'step ended');
const shareOf = (counts: readonly number[]): number => Math.min(...counts) / counts.reduce((sum, n) => sum + n, 0);

/** One after another, then three side by side, then one that waits for them: seven decisions, six steps. */
const plan = {
  steps: [
    { id: 'a', agent: 'noop' },
    { id: 'b', agent: 'noop', after: ['a'] },
    ...['c', 'd', 'e'].map((id) => ({ id, agent: 'noop', after: ['b'] })),
    { id: 'f', agent: 'noop', after: ['c', 'd', 'e'] },
  ],
};

beforeAll(async () => {
  const env = { OCTO_INSTANCES: 'orchestrator=2,arm-noop=2', OCTO_LOG_LEVEL: 'debug' };
  octobus = await startOctobus({ isolate: true, env });
  const admin = await connectAs(PLATFORM_ACCOUNT, folder());
  const tenant = await connectBus({ url: octobus.credentials.natsUrl, name: 'test' });
  buses = [admin, tenant];
  const witness = await witnessLog(tenant, octobus.credentials.tenant, admin);
  const submitted = await Promise.all(Array.from({ length: TASKS }, () => octobus.client.submit({ goal: 'Share the work.', plan })));
  ids = submitted.map(({ id }) => id);
  for (const id of ids) await eventually(async () => (await octobus.client.task(id)).state === 'completed', 60_000);
  findings = await witness.compare();
  witness.close();
}, 180_000);

afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.close()));
  await octobus?.stop();
  octobus?.remove();
}, 60_000);

describe('two orchestrators and two arms of a kind', () => {
  it('end every task once, with one outcome of every step', () => {
    for (const id of ids) {
      expect(findings.ends.get(id)).toEqual(['task.completed.v1']);
      expect(findings.outcomes.get(id)).toBe(plan.steps.length);
    }
    expect(findings).toMatchObject({ lost: 0, twice: 0 });
  });

  it('each do a fair part of the work', async () => {
    await eventually(() => ARMS.reduce((sum, arm) => sum + stepsOf(arm).length, 0) === TASKS * plan.steps.length);
    expect(shareOf(ARMS.map((arm) => stepsOf(arm).length))).toBeGreaterThan(0.2);
    expect(shareOf(ORCHESTRATORS.map((service) => decisionsOf(service).length))).toBeGreaterThan(0.2);
  });

  it('keep a task correct though its events are handled here and there', () => {
    const [first, second] = ORCHESTRATORS.map((service) => new Set(decisionsOf(service).map(({ task }) => task)));
    const shared = ids.filter((id) => first?.has(id) && second?.has(id));
    expect(shared.length).toBeGreaterThan(TASKS / 2);
  });
});
