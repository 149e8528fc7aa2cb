import { type Check, fail, ok, warn } from './check.ts';

/** What the gateway says of the log; a limit of 0 is none. */
export interface LogRoom {
  readonly events: number;
  readonly bytes: number;
  readonly maxEvents: number;
  readonly maxBytes: number;
}

const WARN_AT = 0.8;
const RAISE = 'Raise OCTO_MAX_LOG_EVENTS or OCTO_MAX_LOG_BYTES';

/** Whether the log still takes new tasks, and for how long. */
export function checkLogRoom({ events, bytes, maxEvents, maxBytes }: LogRoom): Check {
  const used = Math.max(shareOf(events, maxEvents), shareOf(bytes, maxBytes));
  const detail = `${amount(events, maxEvents, whole)} events, ${amount(bytes, maxBytes, gigabytes)}`;
  if (used >= 1) {
    return fail('log', `${detail}: new tasks are refused`, `${RAISE} if memory and disk allow it, and start again; running tasks go on.`);
  }
  if (used < WARN_AT) return ok('log', detail);
  return warn(
    'log',
    `${detail}: ${Math.floor(used * 100)} % of the limit`,
    `${RAISE} if memory and disk allow it: at the limit new tasks are refused.`,
  );
}

const shareOf = (value: number, limit: number): number => (limit === 0 ? 0 : value / limit);
const whole = (n: number): string => n.toLocaleString('en-US');
const gigabytes = (n: number): string => `${(n / 1e9).toFixed(2)} GB`;
const amount = (value: number, limit: number, text: (n: number) => string): string =>
  limit === 0 ? `${text(value)} (no limit)` : `${text(value)} of ${text(limit)}`;
