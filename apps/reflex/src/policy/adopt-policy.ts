import type { EventOf, GuardPolicyJson } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { type Command, refuse } from '../ingress/command.ts';

/** What was asked for, as its audit entry. */
export const requestPolicy = ({ id, body }: Command<'set-policy'>): EventOf<'policy.set-requested.v1'> => ({
  type: 'policy.set-requested.v1',
  data: { commandId: id, basedOn: body.basedOn, policy: policyOf(body.policy) },
});

/**
 * The version that a command makes, on top of the one that stands; undefined when it has made it already. Whoever sets a policy names the version that
 * they have seen: so a command that comes again can't undo what followed. Fault `command-conflict` for any other version.
 */
export function adoptPolicy(
  { id, body }: Command<'set-policy'>,
  last: RecordedEvent | undefined,
): EventOf<'policy.adopted.v1'> | undefined {
  const current = last?.body.type === 'policy.adopted.v1' ? last.body.data : undefined;
  if (current?.commandId === id) return undefined;
  const version = Number(current?.version ?? 0);
  if (version !== body.basedOn || (last !== undefined && current === undefined))
    throw refuse('command-conflict', `/basedOn the policy is at version ${version}`);
  return { type: 'policy.adopted.v1', data: { commandId: id, version: version + 1, policy: policyOf(body.policy) } };
}

/** Lists of a command are read only, those of an event are its own. */
const policyOf = (policy: Command<'set-policy'>['body']['policy']): GuardPolicyJson => structuredClone(policy) as GuardPolicyJson;
