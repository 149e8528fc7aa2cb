import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { CLI, type RunningOctobus, startOctobus } from './running-octobus.ts';

/** A look every 20 s, and what the repair takes. */
const REPAIRED_MS = 40_000;
const ORCHESTRATOR = 'orchestrator';

let octobus: RunningOctobus;
let behind: BehindTheDoors;

beforeAll(async () => {
  octobus = await startOctobus();
  behind = await openBehind(octobus);
}, 90_000);
afterAll(async () => {
  await behind?.close().catch(() => undefined);
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

const submit = () => octobus.client.json<{ id: string }>('POST', '/v1/tasks', { goal: 'x', plan: { steps: [{ id: 'a', agent: 'noop' }] } });
const stateOf = async (id: string) => (await octobus.client.json<{ state: string }>('GET', `/v1/tasks/${id}`)).state;
const completed = async (ids: readonly string[], withinMs?: number) => {
  for (const id of ids) await eventually(async () => (await stateOf(id)) === 'completed', withinMs);
};
const floorOf = async (name: string) => (await behind.streams.consumers.info('EVENTS', name)).ack_floor.stream_seq;
const metrics = async () => (await fetch(`${octobus.credentials.url}/metrics`)).text();

function doctor(): readonly { readonly name: string; readonly state: string }[] {
  const env = { ...process.env, OCTO_DIR: join(octobus.folder, '.octo') };
  const { stdout } = spawnSync(process.execPath, [CLI, 'doctor', '--json'], { env, encoding: 'utf8' });
  return (JSON.parse(stdout) as { checks: { name: string; state: string }[] }).checks;
}

describe('octobus dev', () => {
  it('makes a consumer again that was deleted, where it stood: the task that waited for it completes, and it is told', async () => {
    const first: string[] = [];
    for (let i = 0; i < 5; i++) first.push((await submit()).id);
    await completed(first);
    await eventually(
      async () => /octobus_durable_position\{stream="EVENTS",durable="orchestrator"\} [1-9]/.test(await metrics()),
      REPAIRED_MS,
    );
    const before = await floorOf(ORCHESTRATOR);
    await behind.streams.consumers.delete('EVENTS', ORCHESTRATOR);
    const { id } = await submit();
    await completed([id], REPAIRED_MS);
    expect(octobus.output()).toContain(`the durable orchestrator of EVENTS was gone: it was made again and goes on behind`);
    expect(await floorOf(ORCHESTRATOR)).toBeGreaterThan(before);
    await eventually(async () => (await metrics()).includes('octobus_durable_repairs{stream="EVENTS",durable="orchestrator"} 1'));
    await eventually(
      async () => (await metrics()).includes('octobus_durable_state{stream="EVENTS",durable="orchestrator",state="ok"} 1'),
      REPAIRED_MS,
    );
    expect(octobus.output()).toContain('the durable orchestrator of EVENTS is well again (it was missing)');
    expect(doctor().find(({ name }) => name === 'durables')).toMatchObject({ state: 'ok' });
  }, 150_000);

  it('starts with consumers whose files are damaged, where they stood, and goes on', async () => {
    await behind.close();
    const { folder } = octobus;
    const kept = readFileSync(join(folder, '.octo', 'durables.json'), 'utf8');
    const positions = (JSON.parse(kept) as { durables: { name: string; position: number }[] }).durables;
    const before = positions.find(({ name }) => name === ORCHESTRATOR)?.position ?? 0;
    expect(before).toBeGreaterThan(0);
    await octobus.kill9();
    const file = (name: string): string => {
      const root = join(folder, '.octo', 'nats', 'data');
      const [found] = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(join('EVENTS', 'obs', name)));
      return join(root, found ?? '');
    };
    const position = join(file(ORCHESTRATOR), 'o.dat');
    await eventually(() => readFileSync(position).length > 20);
    const bytes = readFileSync(position);
    writeFileSync(position, bytes.subarray(0, bytes.length - 1));
    truncateSync(join(file('memory'), 'meta.inf'), 7);
    octobus = await startOctobus({ folder });
    behind = await openBehind(octobus);
    for (const name of ['orchestrator', 'memory']) {
      expect(octobus.output()).toContain(`nats-server could not read the state of the durable ${name} of EVENTS`);
    }
    expect(octobus.output()).toContain(`the durable orchestrator of EVENTS stood where it had not got by working`);
    expect(await floorOf(ORCHESTRATOR)).toBeGreaterThanOrEqual(before);
    await completed([(await submit()).id]);
  }, 120_000);
});
