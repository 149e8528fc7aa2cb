import { scope, taskPrefix } from '@octobus/contracts';
import type { LogPositions } from '@octobus/event-log';
import { RequestFault } from '../problems/problem.ts';
import type { EventSource, ReadEvent } from './event-reader.ts';

/** All events of one task behind the positions, in one reading of its subjects. Fault `task-unknown`. */
export async function taskEvents(
  { parts, partOf }: Pick<EventSource, 'parts' | 'partOf'>,
  tenant: string,
  task: string,
  after: LogPositions,
): Promise<readonly (readonly ReadEvent[])[]> {
  const prefix = taskPrefix(tenant, task);
  const place = partOf(prefix);
  const part = parts[place];
  const events = (await part?.log.load([scope.all(prefix)])) ?? [];
  if (part === undefined || events.length === 0) throw new RequestFault('task-unknown', 'there is no task with this id here');
  const behind = (sequence: number): LogPositions => after.map((position, i) => (i === place ? sequence : position));
  return [
    events
      .filter(({ sequence }) => sequence > (after[place] ?? 0))
      .map((event) => ({ event, stream: part.stream, positions: behind(event.sequence) })),
  ];
}
