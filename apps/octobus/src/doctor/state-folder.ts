import { type Stats, existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DurabilityLevel } from '@octobus/jetstream';
import { type Check, fail, ok, warn } from './check.ts';

/** Files and folders of the state folder that hold secrets, by what they are for. */
const SECRETS = [
  'credentials',
  'operator',
  'keys.json',
  'door.key',
  'master.key',
  'postgres.password',
  'tenants',
  'nats/users.json',
  'nats/nats.conf',
  'nats/nats-2.conf',
  'nats/nats-3.conf',
  'nats/store-key.conf',
] as const;

/** Whether the state is there, ours, and its secrets are readable by their owner alone. */
export function checkFolder(folder: string): readonly Check[] {
  if (!existsSync(folder)) return [warn('state', `nothing at ${folder} yet`, 'Run `npm start`: it makes the folder.')];
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) return [fail('state', `${folder} is no folder`, 'Move it away and run `npm start`.')];
  const uid = process.getuid?.();
  if (uid !== undefined && uid !== 0 && stats.uid !== uid) {
    return [fail('state', `${folder} belongs to uid ${stats.uid}`, `Run as that user, or set OCTO_DIR to a folder of your own.`)];
  }
  return [ok('state', folder), checkSecrets(folder)];
}

function checkSecrets(folder: string): Check {
  const files = SECRETS.flatMap((name) => filesOf(join(folder, name)));
  const open = files.filter(({ stats }) => othersMay(stats)).map(({ path }) => path);
  if (open.length > 0) return fail('secrets', `others can read ${open.join(', ')}`, `Run chmod 600 ${open.join(' ')}`);
  return ok('secrets', files.length === 0 ? 'none yet' : `${files.length} files, readable by their owner alone`);
}

interface Entry {
  readonly path: string;
  readonly stats: Stats;
}

function filesOf(path: string): readonly Entry[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (stats.isDirectory()) return readdirSync(path).flatMap((name) => filesOf(join(path, name)));
  return [{ path, stats }];
}

/** Windows has no such bits. */
const othersMay = ({ mode }: Stats): boolean => process.platform !== 'win32' && (mode & 0o077) !== 0;

/** What the NATS server was told about keeping things: from its configuration file, not from what anybody wished. */
export interface StoreSettings {
  readonly fsync: boolean;
  /** One of the servers of a cluster. */
  readonly clustered: boolean;
  readonly encrypted: boolean;
}

export function storeSettings(folder: string): StoreSettings | undefined {
  const file = join(folder, 'nats', 'nats.conf');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  const key = lines.some((line) => line.startsWith('key:') || line.startsWith('include '));
  return {
    fsync: lines.includes('sync_interval: always'),
    clustered: lines.includes('cluster {'),
    encrypted: key && lines.some((line) => line.startsWith('cipher:')),
  };
}

const levelOf = ({ fsync, clustered }: StoreSettings): DurabilityLevel => (fsync ? 'fsync' : clustered ? 'replicated' : 'flushed');

const PROMISES: Readonly<Record<DurabilityLevel, string>> = {
  fsync: 'fsync before every ack',
  flushed: 'flushed before ack, not fsynced',
  replicated: 'flushed by two of three servers before ack',
};

/** `said`: the level that the running gateway tells its callers. */
export function checkDurability(settings: StoreSettings, said: string | undefined): Check {
  const level = levelOf(settings);
  const detail = `${PROMISES[level]}${settings.encrypted ? ', encrypted at rest' : ''}`;
  if (said !== undefined && said !== level) {
    return fail('durability', `NATS is set to "${level}", the gateway promises "${said}"`, 'Stop the stack and start it again.');
  }
  if (!settings.encrypted)
    return fail('durability', `${detail}, not encrypted at rest`, 'Stop the stack and start it again: it rewrites nats.conf.');
  if (level !== 'flushed') return ok('durability', detail);
  return warn('durability', `${detail}: a power cut can lose the log`, 'Unset OCTO_DURABILITY and start again.');
}
