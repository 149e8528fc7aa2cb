import { type Bus, type DurableReport, type DurableStanding, hearReports } from '@octobus/jetstream';
import { gaugeOf, gaugesOf } from '@octobus/telemetry';

/** A report older than this many of its intervals says nothing any more. */
const LASTS = 3;
const PLACE = ['stream', 'durable'] as const;

const FIGURES: readonly (readonly [name: string, help: string, value: (standing: DurableStanding) => number])[] = [
  ['pending', 'Messages that a durable has not delivered yet.', ({ pending }) => pending],
  ['unacked', 'Messages delivered and not acknowledged.', ({ unacked }) => unacked],
  ['redelivered', 'Of the messages not acknowledged, those delivered more than once.', ({ redelivered }) => redelivered],
  ['pulls', 'Requests for messages that stand open.', ({ pulls }) => pulls],
  ['position', 'Sequence up to which everything was handled.', ({ position }) => position],
  ['still_looks', 'Looks in a row that found messages waiting and nothing moved.', ({ still }) => still],
  ['repairs', 'How often a durable was made again.', ({ repairs }) => repairs],
];

/** The durables of the services on /metrics, as whoever looks after them told last; nothing while nobody does. */
export function gaugeDurables(bus: Bus, clock: () => number): void {
  let last: DurableReport | undefined;
  hearReports(bus, (report) => {
    last = report;
  });
  const standings = (): readonly DurableStanding[] => (last === undefined || clock() - last.at > LASTS * last.everyMs ? [] : last.durables);
  for (const [name, help, value] of FIGURES) {
    gaugesOf(`octobus_durable_${name}`, help, PLACE, () => standings().map((one) => ({ labels: placeOf(one), value: value(one) })));
  }
  gaugesOf('octobus_durable_state', 'The state that a durable is in.', [...PLACE, 'state'], () =>
    standings().map((one) => ({ labels: { ...placeOf(one), state: one.state }, value: 1 })),
  );
  gaugeOf('octobus_durables_looked_at_seconds', 'When the durables were looked at last, in seconds since 1970; 0: never.', {}, () =>
    last === undefined ? 0 : Math.floor(last.at / 1000),
  );
}

const placeOf = ({ stream, name }: DurableStanding) => ({ stream, durable: name });
