import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { natsServerBinary } from '@octobus/testing';
import { heldBinary } from '../src/bench/failover/held-binary.ts';
import { loseLeader } from '../src/bench/failover/lose-leader.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const folder = mkdtempSync(join(tmpdir(), 'octobus-failover-'));
const binary = heldBinary(folder, natsServerBinary());
let octobus: RunningOctobus;

beforeAll(async () => {
  octobus = await startOctobus({ env: { OCTO_REPLICAS: '3', OCTO_DURABILITY: '', OCTO_NATS_SERVER: binary.path } });
}, 90_000);

afterAll(async () => {
  binary.hold(false);
  await octobus?.stop();
  octobus?.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('a cluster of three NATS servers', () => {
  it('is what the answers promise', async () => {
    expect(await octobus.client.ready()).toMatchObject({ status: 'ok', durability: 'replicated' });
    const submitted = await octobus.client.submit({ goal: 'Say yes.', plan: { steps: [{ id: 's', agent: 'noop' }] } });
    expect(submitted).toMatchObject({ durability: 'replicated' });
  });

  it('loses nothing that was acknowledged when its leader is killed under load, and goes on within 10 seconds', async () => {
    const report = await loseLeader(
      {
        credentials: octobus.credentials,
        folder: join(octobus.folder, '.octo'),
        pidOf: (server) => octobus.pids()[server],
        keepAway: (away) => binary.hold(away),
      },
      { clients: 8, steps: 5, loadMs: 3_000 },
    );
    expect(report).toMatchObject({ wrong: [], lostEvents: 0, doubledSubjects: 0, durability: 'replicated' });
    expect(report.completed).toBe(report.acknowledged);
    expect(report.acknowledged).toBeGreaterThan(50);
    expect(report.longestWithoutAckMs).toBeLessThan(10_000);
    expect(report.longestWithoutCompletionMs).toBeLessThan(10_000);
    expect(report.caughtUpMs).not.toBeNull();
    expect(octobus.output()).not.toContain('log-shorter-than-known');
  }, 240_000);
});
