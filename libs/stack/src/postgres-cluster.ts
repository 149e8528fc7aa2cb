import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { stackFault } from './fault-codes.ts';
import { refuseForeign } from './data-directory.ts';
import { lastLine } from './log-file.ts';
import type { Account } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

export const POSTGRES_USER = 'octobus';
export const POSTGRES_DATABASE = 'octobus';
const HBA = `# Only over the loopback interface, only with the password.\nhost all all 127.0.0.1/32 scram-sha-256\n`;

/** Where and as whom the programs of Postgres run on a data directory. */
export interface Footing {
  readonly cwd: string;
  /** The data directory as they are told it. */
  readonly pgdata: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * As root on Linux, Postgres runs as an account that may not be able to walk down to the data directory (a clone under /root). A process whose
 * working directory is set before it drops root keeps it, and `/proc/self/cwd` reaches it past the closed folders above.
 */
export function footing(dataDir: string, account: Account | undefined): Footing {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C' };
  if (account === undefined) return { cwd: dataDir, pgdata: dataDir, env };
  return { cwd: dataDir, pgdata: process.platform === 'linux' ? '/proc/self/cwd' : dataDir, uid: account.uid, gid: account.gid, env };
}

export interface ClusterOptions {
  readonly dataDir: string;
  readonly passwordFile: string;
  readonly account: Account | undefined;
  readonly binaries: PostgresBinaries;
  readonly durable: boolean;
}

/**
 * Makes the data directory when it is absent (in a folder beside it that is renamed when all is done, so that a half-made one is never used),
 * or checks its version and owner. Answers the password, which is kept in a file of mode 0600.
 */
export async function prepareCluster(options: ClusterOptions): Promise<string> {
  const { dataDir, passwordFile } = options;
  refuseForeign(dataDir);
  if (existsSync(join(dataDir, 'PG_VERSION'))) {
    refuseOtherVersion(dataDir, options.binaries.version);
    const password = existsSync(passwordFile) ? readFileSync(passwordFile, 'utf8').trim() : '';
    if (password !== '') return password;
    return changePassword(options, dataDir, []);
  }
  if (existsSync(dataDir)) {
    throw stackFault('data-directory-foreign', {
      retryable: false,
      message: `${dataDir} holds no Postgres data: move it away to start with an empty one.`,
    });
  }
  return createCluster(options);
}

async function createCluster(options: ClusterOptions): Promise<string> {
  const { dataDir, account, binaries, durable } = options;
  mkdirSync(dirname(dataDir), { recursive: true, mode: 0o700 });
  removeHalfMade(dataDir);
  // A name of its own: the initdb of a start that was killed may still be writing to its.
  const fresh = mkdtempSync(`${dataDir}${HALF_MADE}`);
  if (account !== undefined) chownSync(fresh, account.uid, account.gid);
  const { pgdata } = footing(fresh, account);
  const args = ['-D', pgdata, '-U', POSTGRES_USER, '--auth=reject', '--no-locale', '--encoding=UTF8', '--no-instructions'];
  await run(options, fresh, binaries.initdb, [...args, howToSync(durable)]);
  writeFileSync(join(fresh, 'pg_hba.conf'), HBA);
  const password = await changePassword(options, fresh, [`CREATE DATABASE ${POSTGRES_DATABASE}`]);
  renameSync(fresh, dataDir);
  return password;
}

const HALF_MADE = '.new-';

/** What starts that were killed have left; a folder that still grows stays for the next start. */
function removeHalfMade(dataDir: string): void {
  for (const name of readdirSync(dirname(dataDir))) {
    if (!name.startsWith(`${basename(dataDir)}${HALF_MADE}`)) continue;
    try {
      rmSync(join(dirname(dataDir), name), { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}

/** One call for the whole file system where Linux has it: a second faster than an fsync of each of a thousand files. */
function howToSync(durable: boolean): string {
  if (!durable) return '--no-sync';
  return process.platform === 'linux' ? '--sync-method=syncfs' : '--sync-method=fsync';
}

/** Sets a new random password in single-user mode, where none is asked, and writes it down. */
async function changePassword(options: ClusterOptions, dataDir: string, more: readonly string[]): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const { pgdata } = footing(dataDir, options.account);
  const statements = [`ALTER ROLE ${POSTGRES_USER} PASSWORD '${password}'`, ...more];
  await run(
    options,
    dataDir,
    options.binaries.postgres,
    ['--single', '-D', pgdata, '-c', 'log_statement=none', 'postgres'],
    `${statements.join('\n')}\n`,
  );
  writeFileSync(options.passwordFile, `${password}\n`, { mode: 0o600 });
  chmodSync(options.passwordFile, 0o600);
  return password;
}

function refuseOtherVersion(dataDir: string, wanted: string): void {
  const found = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  const major = wanted.split('.')[0] ?? wanted;
  if (found === major) return;
  throw stackFault('postgres-version-mismatch', {
    retryable: false,
    message: `${dataDir} was written by Postgres ${found} and this is Postgres ${major}: move the folder away (its rows are rebuilt from the log), or set DATABASE_URL.`,
    details: { found, wanted: major },
  });
}

function run(options: ClusterOptions, dataDir: string, program: string, args: readonly string[], input = ''): Promise<void> {
  const { cwd, env, uid, gid } = footing(dataDir, options.account);
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-16_384);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void =>
      reject(stackFault('postgres-init-failed', { retryable: false, message: `Postgres couldn't be set up in ${dataDir}: ${why}`, cause }));
    child.once('error', (cause) => fail(cause.message, cause));
    child.once('close', (code) => (code === 0 && !/\b(?:ERROR|FATAL|PANIC):/.test(output) ? resolve() : fail(lastLine(output))));
  });
}
