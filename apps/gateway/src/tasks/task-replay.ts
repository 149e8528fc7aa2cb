import { scope, taskPrefix } from '@octobus/contracts';
import { LOG_FAULTS, type LogPart, type RecordedEvent, releaseTooOld } from '@octobus/event-log';
import { type Instant, formatInstant, instantOf, parseInstant } from '@octobus/kernel';
import { type AsOf, type TaskReplay, isBy, replayOf } from '@octobus/task';
import type { Sealing } from '@octobus/sealing';
import { RequestFault } from '../problems/problem.ts';
import { openShown } from './task-reader.ts';

/** A task folded as of a point, and what its fold left out. */
export interface ReplayedTask extends TaskReplay {
  /** Messages among its events whose envelope does not fit their subject. */
  readonly ignored: number;
}

export interface ReplaySource {
  /** The streams of the log, as one reader of its own sees them. */
  readonly open: (onDropped: () => void) => readonly LogPart[];
  readonly partOf: (subject: string) => number;
  readonly now: Instant;
  readonly sealing: Sealing;
}

/**
 * One task from the log as of a sequence of its stream or a time (inclusive; absent: now). Faults: `task-unknown`, also before its first event and for
 * tasks of other tenants; `position-invalid`; `position-in-future`; `release-too-old` when only a newer release can read what there is; `vault-unavailable`.
 */
export async function replayTask(source: ReplaySource, tenant: string, task: string, at: string | undefined): Promise<ReplayedTask> {
  let ignored = 0;
  const prefix = taskPrefix(tenant, task);
  const part = source.open(() => ignored++)[source.partOf(prefix)];
  if (part === undefined) throw new Error('a task lives in a stream of the log');
  const asOf = at === undefined ? undefined : await pointOf(part, at, source.now);
  const events = await openShown(source.sealing, await part.log.load([scope.all(prefix)]));
  const replay = replayOf(task, events, asOf);
  if (replay === undefined) throw unfolded(events, asOf);
  return { ...replay, ignored };
}

async function pointOf({ stream, log }: LogPart, at: string, now: Instant): Promise<AsOf> {
  const time = parseInstant(at);
  if (time !== undefined) {
    if (time > now) throw new RequestFault(LOG_FAULTS.positionInFuture, 'that time has not come yet');
    return { time };
  }
  if (!/^\d{1,15}$/.test(at) || Number(at) < 1) {
    throw new RequestFault(LOG_FAULTS.positionInvalid, 'a point of a task is a sequence from 1 on, or a time such as 2030-01-01T12:00:00Z');
  }
  const sequence = Number(at);
  const last = await log.lastSequence({ atLeast: sequence });
  if (sequence > last) throw new RequestFault(LOG_FAULTS.positionInFuture, `the stream ${stream} ends at ${last}`);
  return { sequence };
}

/** There is no event by then, or none that this release can read. */
function unfolded([first]: readonly RecordedEvent[], asOf: AsOf | undefined): Error {
  return first !== undefined && isBy(first, asOf) ? releaseTooOld(first.envelope.type, first.sequence) : unknown(first);
}

const unknown = (first: RecordedEvent | undefined): RequestFault =>
  new RequestFault(
    'task-unknown',
    first === undefined
      ? 'there is no task with this id here'
      : `the task did not exist then: its first event is ${first.sequence}, of ${formatInstant(instantOf(first.storedAt))}`,
  );
