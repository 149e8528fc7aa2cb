import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LogMarker, PLATFORM_ACCOUNT } from '@octobus/jetstream';
import { isFault } from '@octobus/kernel';
import { findRun } from '@octobus/stack';
import { connectAs } from '../../bench/stack-access.ts';
import { natsBinary } from '../../commands/dev.ts';
import { isLogMarkers } from '../../dev/log-marker.ts';
import { serverPlaces } from '../../dev/nats-places.ts';
import { STORE_KEY, holdsEvents } from '../../dev/store.ts';
import { unlessAborted } from '../../isolated/interruption.ts';
import { type Check, fail, ok, warn } from '../check.ts';
import { type LogFinding, examineLog } from './examine-log.ts';
import { type LogStore, logStores } from './log-stores.ts';
import { removeLeftLooks } from './look-folder.ts';
import { withStore } from './open-store.ts';
import { type Examined, type Places, wayOut } from './way-out.ts';

export interface LogDiagnosis {
  readonly checks: readonly Check[];
  /** What to do, line by line; empty when there is nothing to do. */
  readonly steps: readonly string[];
}

/**
 * Looks at the log of this folder: the one that is served, or each store and copy that lies here. Changes nothing, but removes what a look that was killed
 * has left. After the signal its reason is thrown, and nothing is left running.
 */
export async function doctorLog(folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<LogDiagnosis> {
  const markerFile = join(folder, 'events-marker.json');
  const markers = readMarkers(markerFile);
  const known = markerCheck(markerFile, markers);
  const [, second] = serverPlaces(folder, 3);
  const running = findRun(folder) !== undefined;
  const left = await leftovers(dataDirOf(folder));
  if (!running && second !== undefined && holdsEvents(second.dataDir)) return { checks: [...known, ...left, CLUSTER], steps: [] };
  const dataDir = dataDirOf(folder);
  const places = { dataDir, folder, markerFile, rowsDir: env['DATABASE_URL'] ? undefined : join(folder, 'postgres') };
  const examined = running ? await served(folder, dataDir, markers, signal) : [];
  const look = examined.some(({ finding }) => !('problem' in finding) && finding.missing === undefined);
  const all = look ? examined : [...examined, ...(await stored(folder, env, markers, places, signal))];
  if (all.length === 0)
    return {
      checks: [...known, ...left, warn('log', `there is no log at ${dataDir}`, 'Run `npm start`, or set OCTO_NATS_DIR to where it lies.')],
      steps: [],
    };
  return { checks: [...known, ...left, ...all.map(checkOf)], steps: wayOut(all, markers, places) };
}

const dataDirOf = (folder: string): string => serverPlaces(folder, 1)[0]?.dataDir ?? '';

async function leftovers(dataDir: string): Promise<readonly Check[]> {
  const removed = await removeLeftLooks(dataDir);
  return removed.length === 0 ? [] : [ok('left over', `removed ${removed.join(', ')}, which a look that was killed had left`)];
}

const CLUSTER = warn(
  'log',
  'three servers hold it, and none can be looked into alone',
  'Start the stack and ask again; a server that lost its part gets it back from the others.',
);

function readMarkers(file: string): readonly LogMarker[] {
  try {
    const value: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    return isLogMarkers(value) ? [value].flat() : [];
  } catch {
    return [];
  }
}

function markerCheck(file: string, markers: readonly LogMarker[]): readonly Check[] {
  if (markers.length === 0)
    return [
      warn(
        'known',
        `${file} says nothing: the log can't be held against it`,
        'The next start holds the log against the read models and writes the file again.',
      ),
    ];
  return [ok('known', markers.map(({ stream, lastSequence }) => `${stream} up to ${lastSequence}`).join(', '))];
}

/** The log as the running server shows it. */
async function served(folder: string, dataDir: string, markers: readonly LogMarker[], signal: AbortSignal): Promise<readonly Examined[]> {
  const store: LogStore = { path: dataDir, kind: 'store', bytes: 0, at: Date.now() };
  return [
    {
      store,
      finding: await orProblem(signal, async () => {
        const bus = await connectAs(PLATFORM_ACCOUNT, folder);
        try {
          return await unlessAborted(signal, examineLog(bus, markers));
        } finally {
          await bus.close();
        }
      }),
    },
  ];
}

/** Each store that lies here, opened as a copy by a server of its own; the running stack's own is left to it. */
async function stored(
  folder: string,
  env: NodeJS.ProcessEnv,
  markers: readonly LogMarker[],
  { dataDir }: Places,
  signal: AbortSignal,
): Promise<readonly Examined[]> {
  const keyFile = join(folder, 'nats', STORE_KEY);
  const running = findRun(folder) !== undefined;
  const examined: Examined[] = [];
  for (const store of await logStores(dataDir)) {
    if (running && store.kind === 'store') continue;
    const finding = await orProblem(signal, () =>
      withStore(store, { binary: natsBinary(env), keyFile, signal }, (bus) => examineLog(bus, markers)),
    );
    examined.push({ store, finding });
  }
  return examined;
}

async function orProblem(signal: AbortSignal, look: () => Promise<LogFinding>): Promise<Examined['finding']> {
  try {
    return await look();
  } catch (error) {
    signal.throwIfAborted();
    if (isFault(error, 'nats-server-missing')) throw error;
    return { problem: isFault(error) ? `${error.message} (${error.code})` : error instanceof Error ? error.message : String(error) };
  }
}

function checkOf({ store, finding }: Examined): Check {
  const when = new Date(store.at).toISOString().slice(0, 19);
  const name = store.kind === 'store' ? 'log' : 'copy';
  const place = store.kind === 'store' ? store.path : `${store.path} (${when}, ${(store.bytes / 1e6).toFixed(1)} MB)`;
  const todo = store.kind === 'store' ? 'See below.' : 'It is no way out.';
  const worse = store.kind === 'store' ? fail : warn;
  if ('problem' in finding) return worse(name, `${place}: ${finding.problem}`, todo);
  const told = `${place}: ${finding.readable} events, every one read${oddities(finding)}`;
  if (finding.missing === undefined) return ok(name, told);
  return worse(name, `${place}: ${finding.missing}; ${finding.readable} events could be read${oddities(finding)}`, todo);
}

const oddities = ({ misfits, newer }: LogFinding): string =>
  `${misfits === 0 ? '' : `, ${misfits} of them no event of ours (ignored)`}${newer === 0 ? '' : `, ${newer} of a newer release (skipped)`}`;
