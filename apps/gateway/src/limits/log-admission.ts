import type { Verb } from '@octobus/contracts';
import type { LogRoom } from '@octobus/service';
import { gaugeOf } from '@octobus/telemetry';
import { RequestFault } from '../problems/problem.ts';

const DETAIL =
  'the event log has reached its configured limit: running tasks go on, new work is refused until the operator raises OCTO_MAX_LOG_EVENTS or OCTO_MAX_LOG_BYTES and starts again';

/** Throws `log-full` for commands that the log has no room for. */
export const admission =
  (room: LogRoom) =>
  (verb: Verb): void => {
    if (room.refuses({ verb, admitted: false })) throw new RequestFault('log-full', DETAIL);
  };

/** As /readyz tells it; a limit of 0 is none. */
export const roomView = ({ size, limits }: LogRoom): Readonly<Record<'events' | 'bytes' | 'maxEvents' | 'maxBytes', number>> => ({
  ...size,
  maxEvents: limits.events,
  maxBytes: limits.bytes,
});

export function gaugeLogRoom(room: LogRoom): void {
  gaugeOf('octobus_log_events', 'Events in the log.', {}, () => room.size.events);
  gaugeOf('octobus_log_bytes', 'Bytes of the log, as the server counts them.', {}, () => room.size.bytes);
  gaugeOf('octobus_log_events_limit', 'Events from which on new tasks are refused; 0: no limit.', {}, () => room.limits.events);
  gaugeOf('octobus_log_bytes_limit', 'Bytes from which on new tasks are refused; 0: no limit.', {}, () => room.limits.bytes);
}
