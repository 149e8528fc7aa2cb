import type { EventOf } from '@octobus/contracts';
import { findPersonalData, maskPersonalData } from '@octobus/guardrails';
import type { Command } from '../ingress/command.ts';

/** The reason is a person's own words and stands in the clear: personal data in it is masked for good, as in a goal. */
export function requestCancel({ id, body }: Command<'cancel'>): EventOf<'task.cancel-requested.v1'> {
  const reason = body.reason ?? '';
  return { type: 'task.cancel-requested.v1', data: { commandId: id, reason: maskPersonalData(reason, findPersonalData(reason)) } };
}
