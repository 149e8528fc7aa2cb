import { type ContentSlotJson, type ScheduledStepJson, aggregatePrefix } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';

/** What an arm is asked to do: one step of one task, from the decision itself or from its fan-out. */
export interface Dispatch {
  /** Of the event that dispatches. */
  readonly id: string;
  readonly prefix: string;
  readonly tenant: string;
  readonly task: string;
  readonly scheduled: ScheduledStepJson;
  readonly content: ContentSlotJson | undefined;
}

/** Undefined when the event dispatches nothing, or another step than its subject says. */
export function dispatchOf(event: RecordedEvent): Dispatch | undefined {
  const { address, body, envelope } = event;
  const named = address.facet.slice(address.facet[0] === 'fan' ? 1 : 2);
  const scheduled = scheduledIn(body);
  if (scheduled === undefined || named.length !== 4) return undefined;
  if (scheduled.arm !== named[0] || scheduled.step !== named[2] || String(scheduled.attempt) !== named[3]) return undefined;
  const { tenant, id: task } = address;
  return { id: envelope.id, prefix: aggregatePrefix(address), tenant, task, scheduled, content: contentOf(body) };
}

function scheduledIn(body: RecordedEvent['body']): ScheduledStepJson | undefined {
  if (body.type === 'task.step-dispatched.v1') return body.data.step;
  if (body.type !== 'task.steps-scheduled.v1' && body.type !== 'task.plan-adopted.v1') return undefined;
  return body.data.steps?.length === 1 ? body.data.steps[0] : undefined;
}

const contentOf = (body: RecordedEvent['body']): ContentSlotJson | undefined =>
  body.type === 'task.step-dispatched.v1' || body.type === 'task.steps-scheduled.v1' || body.type === 'task.plan-adopted.v1'
    ? body.data.content
    : undefined;
