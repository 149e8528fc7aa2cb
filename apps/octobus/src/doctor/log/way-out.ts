import type { LogMarker } from '@octobus/jetstream';
import type { LogFinding } from './examine-log.ts';
import type { LogStore } from './log-stores.ts';

export interface Examined {
  readonly store: LogStore;
  /** What was found, or why nothing could be. */
  readonly finding: LogFinding | { readonly problem: string };
}

export interface Places {
  readonly dataDir: string;
  /** State folder. */
  readonly folder: string;
  readonly markerFile: string;
  /** Of the embedded Postgres; undefined when the rows lie in a database of the operator's own. */
  readonly rowsDir: string | undefined;
}

/** What to do next, line by line; empty when the store that the stack opens is whole. Commands are indented. */
export function wayOut(examined: readonly Examined[], markers: readonly LogMarker[], places: Places): readonly string[] {
  const store = examined.find((one) => one.store.kind === 'store');
  if (store !== undefined && isWhole(store)) return [];
  const whole = examined.find(isWhole);
  if (whole !== undefined) {
    return [
      `${whole.store.path} holds everything that was acknowledged. Stop the stack, then put it in place:`,
      ...inPlace(whole.store, places),
      '  npm start',
    ];
  }
  const best = examined.filter((one) => isUsable(one, markers.length)).toSorted((a, b) => eventsIn(b) - eventsIn(a))[0];
  if (best === undefined) return store !== undefined && isHoley(store) ? livedWith(store, places) : givenUp(places);
  const lost = markers.reduce((sum, { lastSequence }) => sum + lastSequence, 0) - eventsIn(best);
  return [
    'No store here holds everything that was acknowledged. If you have a backup that does, put it in place instead.',
    `To go on with the ${eventsIn(best)} events of ${best.store.path}${lost > 0 ? `, and lose ${lost} that were acknowledged` : ''}: stop the stack, then`,
    ...(best.store.kind === 'store' ? [] : inPlace(best.store, places)),
    `  mv ${shown(places.markerFile)} ${shown(`${places.markerFile}.lost`)}`,
    ...rowsAway(places),
    '  npm start',
  ];
}

/** A path as one word of a shell, whatever is in it: these lines are pasted. */
const shown = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

const isWhole = ({ finding }: Examined): boolean => !('problem' in finding) && finding.missing === undefined;

/** The log may be shorter, but each of its streams is there and holds together from its first event on. */
const isUsable = ({ finding }: Examined, streams: number): boolean =>
  !('problem' in finding) &&
  finding.held > 0 &&
  finding.states.length >= streams &&
  finding.readable === finding.held &&
  finding.states.every(({ firstSequence, deleted }) => firstSequence === 1 && deleted === 0);

/** Complete by the server's count, and yet not every event can be read: a start doesn't notice. */
const isHoley = ({ finding }: Examined): boolean => !('problem' in finding) && finding.readable > 0 && finding.readable < finding.held;

const livedWith = ({ finding }: Examined, { dataDir }: Places): readonly string[] => [
  `${'problem' in finding ? 0 : finding.held - finding.readable} events of ${dataDir} can't be read, and no copy here has them.`,
  'If you have a backup that does, stop the stack and put it in place. Without one the stack goes on, and the tasks of these events stay damaged.',
];

const eventsIn = ({ finding }: Examined): number => ('problem' in finding ? 0 : finding.readable);

const inPlace = (store: LogStore, { dataDir }: Places): readonly string[] => [
  `  mv ${shown(dataDir)} ${shown(`${dataDir}.damaged`)}`,
  `  cp -a ${shown(store.path)} ${shown(dataDir)}`,
];

const rowsAway = ({ rowsDir }: Places): readonly string[] =>
  rowsDir === undefined ? ['  (and have DATABASE_URL name an empty database)'] : [`  mv ${shown(rowsDir)} ${shown(`${rowsDir}.lost`)}`];

const givenUp = ({ folder, rowsDir }: Places): readonly string[] => [
  'Nothing here can be gone on with. Put a backup of the store in place, or give the log up and start anew:',
  `  mv ${shown(folder)} ${shown(`${folder}.lost`)}`,
  ...(rowsDir === undefined ? ['  (and have DATABASE_URL name an empty database)'] : []),
  '  npm start',
];
