import type { EventType } from './events.ts';
import type { EventAddress } from './subjects.ts';

/** Where each type may stand: aggregate and facet, `*` one token, `>` the rest. NATS checks who writes a subject; this ties the type to it. */
export const EVENT_PLACES: Readonly<Record<EventType, string>> = {
  'task.accepted.v1': 'task.request.submit.*',
  'task.rejected.v1': 'task.request.submit.*',
  'task.cancel-requested.v1': 'task.request.cancel.*',
  'task.steps-scheduled.v1': 'task.flow.>',
  'task.plan-adopted.v1': 'task.flow.>',
  'task.step-dispatched.v1': 'task.fan.*.*.*.*',
  'task.step-done.v1': 'task.arm.*.*.*.done',
  'task.call-started.v1': 'task.arm.*.*.*.call.*',
  'task.call-finished.v1': 'task.arm.*.*.*.result.*',
  'task.step-noted.v1': 'task.arm.*.*.*.note.*',
  'task.attempt-closed.v1': 'task.arm.*.*.*.closed',
  'task.completed.v1': 'task.flow.end',
  'task.failed.v1': 'task.flow.end',
  'task.cancelled.v1': 'task.flow.end',
  'task.expired.v1': 'task.flow.end',
  'task.deadline-set.v1': 'task.flow.deadline',
  'task.step-delayed.v1': 'task.flow.delay.*',
  'task.wait-begun.v1': 'task.flow.wait.*',
  'task.wait-ended.v1': 'task.flow.waited.*',
  'task.timer-fired.v1': 'task.timer.*.*',
  'document.ingest-requested.v1': 'document.request.ingest.*',
  'document.indexed.v1': 'document.flow.version.*',
  'document.refused.v1': 'document.flow.version.*',
  'identity.tenant-requested.v1': 'identity.request.create-tenant.*',
  'identity.tenant-created.v1': 'identity.flow.tenant',
  'identity.key-requested.v1': 'identity.request.create-key.*',
  'identity.key-created.v1': 'identity.flow.key.*.created',
  'identity.key-revocation-requested.v1': 'identity.request.revoke-key.*',
  'identity.key-revoked.v1': 'identity.flow.key.*.revoked',
  'identity.session-requested.v1': 'identity.request.open-session.*',
  'audit.denied.v1': 'audit.flow.denied',
  'audit.refusals-counted.v1': 'audit.flow.counted.*',
  'audit.call-repeated.v1': 'audit.request.*.*',
  'audit.replay-open-requested.v1': 'audit.request.open-replay.*',
  'audit.replay-close-requested.v1': 'audit.request.close-replay.*',
  'audit.blocked.v1': 'audit.flow.blocked',
  'audit.output-blocked.v1': 'audit.flow.output',
  'letter.redrive-requested.v1': 'letter.request.redrive.*',
  'letter.redriven.v1': 'letter.flow.redrive',
  'letter.redrive-refused.v1': 'letter.flow.refused.*',
  'letter.drop-requested.v1': 'letter.request.drop.*',
  'letter.dropped.v1': 'letter.flow.drop',
  'schedule.create-requested.v1': 'schedule.request.create-schedule.*',
  'schedule.refused.v1': 'schedule.request.create-schedule.*',
  'schedule.pause-requested.v1': 'schedule.request.pause-schedule.*',
  'schedule.resume-requested.v1': 'schedule.request.resume-schedule.*',
  'schedule.delete-requested.v1': 'schedule.request.delete-schedule.*',
  'schedule.armed.v1': 'schedule.flow.state',
  'schedule.fired.v1': 'schedule.flow.state',
  'schedule.paused.v1': 'schedule.flow.state',
  'schedule.deleted.v1': 'schedule.flow.state',
  'schedule.timer-fired.v1': 'schedule.timer.*.*',
  'subject.erasure-requested.v1': 'subject.request.erase.*',
  'subject.key-created.v1': 'subject.flow.key',
  'subject.erased.v1': 'subject.flow.erased',
  'policy.set-requested.v1': 'policy.request.set-policy.*',
  'policy.adopted.v1': 'policy.flow.state',
};

const places = new Map(Object.entries(EVENT_PLACES).map(([type, place]) => [type, place.split('.')]));

/** False for an event whose type has no business at its subject: readers drop it and count it. */
export function fitsSubject(type: EventType, address: EventAddress): boolean {
  const place = places.get(type);
  if (place === undefined || place[0] !== address.aggregate) return false;
  for (let i = 1; i < place.length; i++) {
    if (place[i] === '>') return address.facet.length >= i;
    if (address.facet[i - 1] === undefined || (place[i] !== '*' && place[i] !== address.facet[i - 1])) return false;
  }
  return address.facet.length === place.length - 1;
}
