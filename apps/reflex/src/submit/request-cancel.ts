import { type ContentPartJson, type EventOf, clearSlot } from '@octobus/contracts';
import { findPersonalData, maskUntilStable } from '@octobus/guardrails';
import type { Command } from '../ingress/command.ts';

/** The reason is a person's own words: content, with personal data masked for good, as in a goal. */
export function requestCancel({ id, body }: Command<'cancel'>): EventOf<'task.cancel-requested.v1'> {
  const reason = body.reason ?? '';
  const part: ContentPartJson = {
    name: 'reason',
    origin: 'ORIGIN_USER',
    mediaType: 'text/plain',
    text: maskUntilStable(reason, findPersonalData(reason)).text,
  };
  return { type: 'task.cancel-requested.v1', data: { commandId: id, content: clearSlot(reason === '' ? [] : [part]) } };
}
