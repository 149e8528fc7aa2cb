import { facet, schedulePrefix, scope } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { isUuid } from '@octobus/kernel';
import { type ScheduleDetails, type ScheduleView, detailsOf, listedOf } from '@octobus/schedule';
import { type Sealing, openEach, openedForReader } from '@octobus/sealing';
import { RequestFault } from '../problems/problem.ts';

const unknown = (): RequestFault => new RequestFault('schedule-unknown', 'there is no schedule with this id here');

export interface ScheduleSource {
  readonly log: EventLog;
  readonly sealing: Sealing;
}

/** One schedule from the log, so that everybody reads their own writes. Fault `schedule-unknown`, also for one of another tenant and one that was deleted; `vault-unavailable`. */
export async function readSchedule({ log, sealing }: ScheduleSource, tenant: string, id: string): Promise<ScheduleDetails> {
  if (!isUuid(id)) throw unknown();
  const prefix = schedulePrefix(tenant, id);
  const events = await log.load([`${prefix}.${facet.request('create-schedule', id)}`, scope.flow(prefix)]);
  const details = detailsOf(id, await openEach(events, (event) => openedForReader(sealing, event)));
  if (details === undefined) throw unknown();
  return details;
}

/** All of a tenant's, oldest first: the last decision of each. */
export async function listSchedules(log: EventLog, tenant: string): Promise<readonly ScheduleView[]> {
  const decisions = await log.load([`evt.*.${tenant}.schedule.*.flow.>`]);
  const schedules = decisions.flatMap((decision) => listedOf(decision) ?? []);
  return schedules.sort((a, b) => (a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1));
}
