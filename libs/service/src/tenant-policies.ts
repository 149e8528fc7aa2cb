import { type GuardPolicyJson, POLICIES, type PolicyBody, checkCommand, policySubject } from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';
import { LiveFeed } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import type { ServiceContext } from './context.ts';

/** A tenant's policy as the log has it: version 0, and nothing in it, where the tenant never set one. */
export interface PolicyVersion {
  readonly version: number;
  readonly policy: PolicyBody;
}

/** Kept without a look at the log: word of a change comes at once, and may be lost. */
const KEEP_MS = 60_000;
const MOST = 10_000;

/**
 * Policies of tenants, made ready once a version. Read from the log when a tenant is first met, changed as the live feed tells. Without an answer of
 * the log there is no policy: whoever asks must not go on.
 */
export class TenantPolicies<T> {
  private readonly held = new Map<string, { readonly version: number; readonly ready: T; until: number }>();
  private readonly log: Pick<EventLog, 'last'>;
  private readonly make: (policy: PolicyBody, version: number) => T;
  private readonly clock: () => number;

  constructor(log: Pick<EventLog, 'last'>, make: (policy: PolicyBody, version: number) => T, clock: () => number = Date.now) {
    this.log = log;
    this.make = make;
    this.clock = clock;
  }

  /** Faults: `policy-unavailable`: it can't be read now; `policy-unreadable`: a newer release wrote it. */
  of(tenant: string): T | Promise<T> {
    const held = this.held.get(tenant);
    return held !== undefined && held.until > this.clock() ? held.ready : this.read(tenant);
  }

  /** A change as it is stored. */
  seen(event: RecordedEvent): void {
    const { tenant } = event.address;
    try {
      this.take(tenant, policyIn(event));
    } catch {
      // Read again when it is asked for, and refused there.
      this.held.delete(tenant);
    }
  }

  /** Something may have been missed. */
  forget(): void {
    this.held.clear();
  }

  private async read(tenant: string): Promise<T> {
    let event: RecordedEvent | undefined;
    try {
      event = await this.log.last(policySubject(tenant));
    } catch (error) {
      throw new Fault('policy-unavailable', { retryable: true, message: 'the policy of the tenant can not be read now', cause: error });
    }
    return this.take(tenant, event === undefined ? { version: 0, policy: {} } : policyIn(event));
  }

  /** A reading may be older than what was heard meanwhile. */
  private take(tenant: string, { version, policy }: PolicyVersion): T {
    const held = this.held.get(tenant);
    if (held !== undefined && held.version >= version) {
      held.until = this.clock() + KEEP_MS;
      return held.ready;
    }
    const ready = this.make(policy, version);
    if (held === undefined && this.held.size >= MOST) this.held.clear();
    this.held.set(tenant, { version, ready, until: this.clock() + KEEP_MS });
    return ready;
  }
}

/** Fault `policy-unreadable` for one that this release can't read as a whole: half a policy is none. */
export function policyIn({ body }: RecordedEvent): PolicyVersion {
  if (body.type === 'policy.adopted.v1') {
    const version = Number(body.data.version ?? 0);
    const policy: GuardPolicyJson = body.data.policy ?? {};
    const checked = checkCommand('set-policy', { basedOn: 0, policy });
    if ('value' in checked) return { version, policy: checked.value.policy };
  }
  throw new Fault('policy-unreadable', { retryable: true, message: 'a newer release wrote the policy of the tenant' });
}

/** Hears changes from now on. */
export async function openPolicies<T>(
  { bus, log, logger }: Pick<ServiceContext, 'bus' | 'log' | 'logger'>,
  make: (policy: PolicyBody, version: number) => T,
): Promise<{ readonly policies: TenantPolicies<T>; stop(): void }> {
  const policies = new TenantPolicies(log, make);
  const feed = new LiveFeed(bus, {
    filter: POLICIES,
    onEvent: (event) => policies.seen(event),
    onGap: () => policies.forget(),
    onDefect: (error) => logger.error({ err: error }, 'a change of a policy could not be taken'),
  });
  await feed.established();
  return { policies, stop: () => feed.close() };
}
