import { existsSync, readFileSync } from 'node:fs';
import { type Bus, KeyStore, PLATFORM_ACCOUNT } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { PROBE, masterKeyName, wrappedWith } from '@octobus/sealing';
import { findRun, until } from '@octobus/stack';
import { connectAs } from '../bench/stack-access.ts';
import { writePrivate } from './folder.ts';
import { masterKeyFile, newMasterKey } from './master-key.ts';

export interface Rotated {
  /** Name of the new master key: part of its digest. */
  readonly masterKey: string;
  readonly keys: number;
  readonly file: string;
}

const WITHIN_MS = 10 * 60_000;
const LOOK_MS = 250;

/**
 * Puts a new master key before the old one, waits until the running vault has wrapped every key with it, and takes the old one away. Interrupted, both
 * stay in the file and the next rotation goes on. Faults: `master-key-not-ours`, `not-running`, `rotation-not-done`.
 */
export async function rotateMasterKey(folder: string, env: NodeJS.ProcessEnv): Promise<Rotated> {
  if (env['OCTO_MASTER_KEY'])
    throw fault(
      'master-key-not-ours',
      'OCTO_MASTER_KEY is set: start again with the new key and the old one behind it, by a comma, and once more with the new one alone',
    );
  if (findRun(folder) === undefined)
    throw fault('not-running', `no Octobus runs in ${folder}: the vault wraps the keys, so start it first`);
  const file = masterKeyFile(folder);
  if (!existsSync(file)) throw fault('not-running', `${file} is not there yet: wait until the start is through`);
  const fresh = newMasterKey();
  const name = masterKeyName(Buffer.from(fresh, 'hex'));
  writePrivate(file, `${fresh}\n${readFileSync(file, 'utf8')}`);
  const bus = await connectAs(PLATFORM_ACCOUNT, folder);
  try {
    const keys = await until(() => allWrappedWith(bus, name), { withinMs: WITHIN_MS, pauseMs: LOOK_MS });
    if (keys === undefined)
      throw fault(
        'rotation-not-done',
        'not every key is wrapped anew yet; both master keys stay in the file: look into the log of the vault',
      );
    writePrivate(file, `${fresh}\n`);
    return { masterKey: name, keys: keys.count, file };
  } finally {
    await bus.close();
  }
}

/** Undefined while one isn't. */
async function allWrappedWith(bus: Bus, name: string): Promise<{ readonly count: number } | undefined> {
  const subjects = new Set<string>();
  for await (const { tenant, subject, value } of new KeyStore(bus).all()) {
    const master = wrappedWith(value);
    if (master === undefined) continue;
    if (master !== name) return undefined;
    subjects.add(`${tenant}.${subject}`);
  }
  // The vault wraps its probe last.
  return subjects.delete(`${PROBE.tenant}.${PROBE.subject}`) ? { count: subjects.size } : undefined;
}

const fault = (code: string, message: string): Fault => new Fault(code, { retryable: false, message });
