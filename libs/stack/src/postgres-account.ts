import { existsSync, readFileSync, statSync } from 'node:fs';
import { stackFault } from './fault-codes.ts';

/** Who Postgres runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Postgres refuses to run as root: as root the data directory's owner, else `postgres`, else `nobody`. Undefined when we aren't root, and run
 * it as ourselves.
 */
export function postgresAccount(dataDir: string, uid: number | undefined = process.getuid?.()): Account | undefined {
  if (uid !== 0) return undefined;
  const accounts = readAccounts();
  if (!existsSync(dataDir)) {
    const found = ['postgres', '_postgres', 'nobody']
      .map((name) => accounts.find((account) => account.name === name))
      .find((account) => account !== undefined);
    if (found !== undefined) return found;
    throw stackFault('postgres-as-root', {
      retryable: false,
      message: "Postgres doesn't run as root and there is no account named postgres or nobody: start as another user.",
    });
  }
  const owner = statSync(dataDir);
  if (owner.uid !== 0)
    return { name: accounts.find((account) => account.uid === owner.uid)?.name ?? String(owner.uid), uid: owner.uid, gid: owner.gid };
  throw stackFault('data-directory-foreign', {
    retryable: false,
    message: `${dataDir} belongs to root, and Postgres doesn't run as root: give it to an account (chown -R nobody ${dataDir}) or move it away.`,
  });
}

function readAccounts(): readonly Account[] {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name === undefined || uid === undefined || gid === undefined ? [] : [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }];
  });
}
