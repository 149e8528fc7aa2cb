import { type Envelope, type EventBody, policySubject } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import type { Command } from '../ingress/command.ts';
import { adoptPolicy } from './adopt-policy.ts';

/** Appends the version that a command makes behind the one that stands. Faults: those of `adoptPolicy`; `policy-changed` when another was faster. */
export async function storePolicy(log: EventLog, command: Command<'set-policy'>, envelopeOf: (body: EventBody) => Envelope): Promise<void> {
  const subject = policySubject(command.tenant);
  const last = await log.last(subject);
  const body = adoptPolicy(command, last);
  if (body === undefined) return;
  const appended = await log.append({ subject, envelope: envelopeOf(body), body }, { filter: subject, sequence: last?.sequence ?? 0 });
  if ('conflict' in appended)
    throw new Fault('policy-changed', { retryable: true, message: 'another change of the policy was faster: looked at again' });
}
