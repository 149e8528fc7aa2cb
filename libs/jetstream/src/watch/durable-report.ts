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
      if (error === null) onReport(message.json<DurableReport>());
    },
  });
}
