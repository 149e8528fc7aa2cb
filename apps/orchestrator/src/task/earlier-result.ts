import { facet, taskPrefix } from '@octobus/contracts';
import { isToken } from '@octobus/kernel';
import type { EventLog } from '@octobus/event-log';
import type { EarlierResult, Task } from '@octobus/task';

/**
 * The result of a task that asked the same before, if it has completed and is of the same owner and person: whoever named it may have been misled.
 * A task that was itself answered from another gives that one. Fault `log-unavailable`.
 */
export async function earlierResult(log: EventLog, tenant: string, earlier: string, task: Task): Promise<EarlierResult | undefined> {
  if (task.situation !== 'open' || !isToken(earlier)) return undefined;
  const prefix = taskPrefix(tenant, earlier);
  const [submitted, ended] = await Promise.all([
    log.last(`${prefix}.${facet.request('submit', earlier)}`),
    log.last(`${prefix}.${facet.end}`),
  ]);
  if (submitted?.body.type !== 'task.accepted.v1' || ended?.body.type !== 'task.completed.v1') return undefined;
  const { owner, dataSubject } = submitted.body.data;
  if (owner !== task.owner || dataSubject !== task.dataSubject) return undefined;
  const { answeredFrom, result = [] } = ended.body.data;
  return { task: answeredFrom ?? earlier, result };
}
