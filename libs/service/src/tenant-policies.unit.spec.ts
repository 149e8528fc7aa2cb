import { beforeEach, describe, expect, it } from '@jest/globals';
import { type EventOf, type PolicyBody, policySubject } from '@octobus/contracts';
import { InMemoryEventLog, type RecordedEvent } from '@octobus/event-log';
import { TenantPolicies } from './tenant-policies.ts';

const adopted = (version: number, policy: object): EventOf<'policy.adopted.v1'> => ({
  type: 'policy.adopted.v1',
  data: { commandId: `c-${version}`, version, policy },
});

describe('the policies of tenants', () => {
  let log: InMemoryEventLog;
  let now = 0;
  let made: number[];
  let policies: TenantPolicies<{ version: number; policy: PolicyBody }>;
  beforeEach(() => {
    log = new InMemoryEventLog();
    now = 0;
    made = [];
    policies = new TenantPolicies(
      log,
      (policy, version) => {
        made.push(version);
        return { version, policy };
      },
      () => now,
    );
  });

  const adopt = async (version: number, policy: object): Promise<RecordedEvent> => {
    const subject = policySubject('acme');
    const last = await log.last(subject);
    const id = `018f3c2a-7b1c-7def-8abc-00000000000${version}`;
    const envelope = { id, type: 'policy.adopted.v1', source: 't', time: '', correlation: 'guard', causation: 'c', actor: 'a' };
    await log.append({ subject, envelope, body: adopted(version, policy) }, { filter: subject, sequence: last?.sequence ?? 0 });
    return (await log.last(subject)) as RecordedEvent;
  };

  it('are that of the release until a tenant sets one, and then what was heard', async () => {
    expect(await policies.of('acme')).toEqual({ version: 0, policy: {} });
    policies.seen(await adopt(1, { secrets: 'block' }));
    expect(policies.of('acme')).toEqual({ version: 1, policy: { secrets: 'block' } });
    expect(await policies.of('other')).toEqual({ version: 0, policy: {} });
    expect(made).toEqual([0, 1, 0]);
  });

  it('are read from the log at a start, after a gap and every minute, and made ready once a version', async () => {
    await adopt(1, { links: 'allow' });
    expect(await policies.of('acme')).toMatchObject({ version: 1 });
    await adopt(2, { links: 'block' });
    expect(await policies.of('acme')).toMatchObject({ version: 1 });
    now += 60_001;
    expect(await policies.of('acme')).toMatchObject({ version: 2 });
    policies.forget();
    expect(await policies.of('acme')).toMatchObject({ version: 2, policy: { links: 'block' } });
  });

  it('never go back to an older version that was read late', async () => {
    const first = await adopt(1, {});
    const second = await adopt(2, { secrets: 'block' });
    policies.seen(second);
    policies.seen(first);
    expect(await policies.of('acme')).toMatchObject({ version: 2 });
  });

  it('are missing, and not empty, while the log does not answer or holds what only a newer release can read', async () => {
    const broken = new TenantPolicies({ last: () => Promise.reject(new Error('away')) }, (policy) => policy);
    await expect(broken.of('acme')).rejects.toMatchObject({ code: 'policy-unavailable', retryable: true });
    await policies.of('acme');
    policies.seen(await adopt(1, { secrets: 'shout' }));
    await expect(policies.of('acme')).rejects.toMatchObject({ code: 'policy-unreadable' });
  });
});
