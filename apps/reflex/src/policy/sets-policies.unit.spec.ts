import { beforeEach, describe, expect, it } from '@jest/globals';
import { policySubject } from '@octobus/contracts';
import { InMemoryEventLog } from '@octobus/event-log';
import { readyGuard } from '@octobus/guardrails';
import { Fault, instantOf } from '@octobus/kernel';
import { noSealing } from '@octobus/sealing';
import { createLogger, noTracing } from '@octobus/telemetry';
import { DOOR_KEY, published, signed } from '../../test/ingress-message.ts';
import { IngressHandler, type IngressOptions } from '../ingress/ingress.handler.ts';

const logger = createLogger('test', 'silent');
const topics = [{ name: 'betting', phrases: ['sports betting'] }];

describe('a policy', () => {
  let log: InMemoryEventLog;
  beforeEach(() => {
    log = new InMemoryEventLog();
  });
  const reflex = (more: Partial<IngressOptions> = {}): IngressHandler =>
    new IngressHandler({
      log,
      logger,
      tracing: noTracing,
      clock: () => instantOf(1_800_000_000_000),
      doorKey: DOOR_KEY,
      sealing: noSealing,
      ...more,
    });
  const set = (id: string, basedOn: number, policy: object) => signed('set-policy', { basedOn, policy }, { id });
  const versions = async () => {
    const found: unknown[] = [];
    for await (const events of log.read(policySubject('acme'), 1)) for (const { body } of events) found.push(body.data);
    return found;
  };

  it('is a version after the other, each asked for by an entry of the audit', async () => {
    await reflex().handle(set('c-1', 0, { topics }));
    await reflex().handle(published('set-policy', { basedOn: 1, policy: {} }, { headers: { 'ce-id': 'c-2' } }));
    expect(await versions()).toEqual([
      { commandId: 'c-1', version: 1, policy: { topics } },
      expect.objectContaining({ version: 2, policy: {} }),
    ]);
    expect(await log.load(['evt.*.acme.policy.*.request.set-policy.*'])).toHaveLength(2);
  });

  it('that comes again changes nothing, and can not undo what followed', async () => {
    const first = set('c-1', 0, { topics });
    await reflex().handle(first);
    await reflex().handle(first);
    await reflex().handle(set('c-2', 1, { secrets: 'block' }));
    await expect(reflex().handle(first)).rejects.toMatchObject({ code: 'command-conflict', retryable: false });
    expect(await versions()).toHaveLength(2);
  });

  it('is made from the version that its author has seen, or not at all', async () => {
    await reflex().handle(set('c-1', 0, {}));
    await expect(reflex().handle(set('c-2', 0, { topics }))).rejects.toMatchObject({ code: 'command-conflict' });
    await expect(reflex().handle(set('c-3', 5, { topics }))).rejects.toMatchObject({ code: 'command-conflict' });
    const both = await Promise.allSettled([reflex().handle(set('c-4', 1, { topics })), reflex().handle(set('c-5', 1, { links: 'block' }))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await versions()).toHaveLength(2);
  });

  it('refuses a task about its topics, and says which version has refused it', async () => {
    const guard = readyGuard({ topics }, { version: 3 });
    await reflex({ guardOf: () => guard }).handle(signed('submit', { goal: 'All about Sp0rts Betting' }));
    const [event] = await log.load(['evt.*.acme.task.*.request.submit.*']);
    expect(event?.body).toMatchObject({
      type: 'task.rejected.v1',
      data: { code: 'topic-refused', screening: { verdict: 'block', signals: ['topic:betting'], policyVersion: 3 } },
    });
    expect(JSON.stringify(event)).not.toMatch(/betting,|Sp0rts/);
  });

  it('that can not be read lets nothing in', async () => {
    const guardOf = (): Promise<never> =>
      Promise.reject(new Fault('policy-unavailable', { retryable: true, message: 'the policy of the tenant can not be read now' }));
    await expect(reflex({ guardOf }).handle(signed('submit', { goal: 'hello' }))).rejects.toMatchObject({
      code: 'policy-unavailable',
      retryable: true,
    });
    expect(await log.lastSequence()).toBe(0);
  });

  it('blocks an output once in the audit, however often that is told, and only the gateway may tell', async () => {
    const body = { taskId: '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3', policyVersion: 3, findings: ['topic betting', 'canary canary-1'] };
    await reflex().handle(signed('report-output', body, { id: 'c-1' }));
    await reflex().handle(signed('report-output', { ...body, findings: body.findings.toReversed() }, { id: 'c-2' }));
    const events = await log.load(['evt.*.acme.audit.*.flow.output']);
    expect(events.map(({ body: { type, data } }) => ({ type, data }))).toEqual([
      { type: 'audit.output-blocked.v1', data: { ...body, findings: ['canary canary-1', 'topic betting'] } },
    ]);
    await expect(reflex().handle(published('report-output', body))).rejects.toMatchObject({ code: 'command-forbidden' });
  });
});
