import type { Bus } from '../connect.ts';
import type { DurableStanding } from './durable-standing.ts';

/** What one look at all durables has found; kept from run to run, and told to whoever shows it. */
export interface DurableReport {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly everyMs: number;
  /** When each stream was made: positions belong to that one. */
  readonly streams: Readonly<Record<string, string>>;
  /** Of the services. */
  readonly durables: readonly DurableStanding[];
  /** Of tenants, who read when they like: only whether they are there is looked after. */
  readonly tenants: readonly DurableStanding[];
}

/** Core NATS: only the platform's account can publish it, only the gateway's hears it. */
export const REPORT_SUBJECT = 'pub.durables';

/** Without the tenants': who hears it needs no list of them. */
export function tellReport({ connection }: Bus, report: DurableReport): void {
  if (!connection.isClosed()) connection.publish(REPORT_SUBJECT, JSON.stringify({ ...report, tenants: [] }));
}

export function hearReports({ connection }: Bus, onReport: (report: DurableReport) => void): void {
  connection.subscribe(REPORT_SUBJECT, {
    callback: (error, message) => {
      const report = error === null ? parsed(message.string()) : undefined;
      if (report !== undefined) onReport(report);
    },
  });
}

/** Undefined for what is no report: of another release, or cut off. */
function parsed(text: string): DurableReport | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return isDurableReport(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a report can be gone on from. */
export function isDurableReport(value: unknown): value is DurableReport {
  if (typeof value !== 'object' || value === null) return false;
  const { at, everyMs, streams, durables, tenants } = value as Readonly<Record<string, unknown>>;
  return (
    typeof at === 'number' &&
    typeof everyMs === 'number' &&
    isObject(streams) &&
    [durables, tenants].every((list) => isList(list, isStanding))
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const isList = (value: unknown, of: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(of);

const isStanding = (value: unknown): boolean =>
  isObject(value) &&
  TEXTS.every((field) => typeof value[field] === 'string') &&
  NUMBERS.every((field) => Number.isSafeInteger(value[field]));

const TEXTS = ['stream', 'name', 'state', 'created'] as const satisfies readonly (keyof DurableStanding)[];
const NUMBERS = [
  'position',
  'delivered',
  'handled',
  'pending',
  'unacked',
  'redelivered',
  'pulls',
  'still',
  'held',
  'least',
  'behind',
  'repairs',
  'repairedAt',
] as const satisfies readonly (keyof DurableStanding)[];
