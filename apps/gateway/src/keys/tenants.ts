import { PLATFORM, aggregatePrefix } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { isToken } from '@octobus/kernel';

/** Whether the log knows the tenant; the platform itself always is. */
export async function tenantExists(log: EventLog, name: string): Promise<boolean> {
  if (name === PLATFORM) return true;
  if (!isToken(name)) return false;
  return (await log.last(`${aggregatePrefix({ tenant: name, aggregate: 'identity', id: name })}.flow.tenant`)) !== undefined;
}
