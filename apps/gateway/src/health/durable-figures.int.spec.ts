import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bus, type DurableReport, type DurableStanding, connectBus, tellReport } from '@octobus/jetstream';
import { registry } from '@octobus/telemetry';
import { type NatsFixture, eventually, startNats } from '@octobus/testing';
import { gaugeDurables } from './durable-figures.ts';

const AT = 1_800_000_000_000;
const standing: DurableStanding = {
  stream: 'EVENTS',
  name: 'orchestrator',
  state: 'slow',
  created: 'then',
  position: 7,
  delivered: 7,
  handled: 7,
  pending: 3,
  unacked: 1,
  redelivered: 0,
  pulls: 1,
  still: 0,
  held: 0,
  least: 0,
  behind: 4,
  repairs: 2,
  repairedAt: 0,
};
const report: DurableReport = { at: AT, everyMs: 20_000, streams: { EVENTS: 'then' }, durables: [standing], tenants: [] };

describe('the figures of durables', () => {
  let nats: NatsFixture;
  let bus: Bus;
  let now = AT;
  beforeAll(async () => {
    nats = await startNats();
    bus = await connectBus({ url: nats.url, name: 'test' });
    gaugeDurables(bus, () => now);
    await bus.connection.flush();
  });
  afterAll(async () => {
    await bus?.close();
    await nats?.stop();
  });

  it('are those of the last report, and gone when it is old', async () => {
    tellReport(bus, report);
    await eventually(async () => (await registry.metrics()).includes('octobus_durable_pending{stream="EVENTS",durable="orchestrator"} 3'));
    const text = await registry.metrics();
    expect(text).toContain('octobus_durable_state{stream="EVENTS",durable="orchestrator",state="slow"} 1');
    expect(text).toContain('octobus_durable_repairs{stream="EVENTS",durable="orchestrator"} 2');
    expect(text).toContain(`octobus_durables_looked_at_seconds ${AT / 1000}`);
    now = AT + 60_001;
    expect(await registry.metrics()).not.toContain('octobus_durable_pending{');
    now = AT;
  });

  it('stay when something comes that is no report', async () => {
    for (const text of ['', '{', 'null', '{"at":1}', JSON.stringify({ ...report, durables: [{ ...standing, pending: '3' }] })]) {
      bus.connection.publish('pub.durables', text);
    }
    tellReport(bus, { ...report, at: AT + 1_000 });
    await eventually(async () => (await registry.metrics()).includes(`octobus_durables_looked_at_seconds ${AT / 1000 + 1}`));
    expect(await registry.metrics()).toContain('octobus_durable_pending{stream="EVENTS",durable="orchestrator"} 3');
  });
});
