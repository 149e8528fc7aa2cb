import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivate } from './folder.ts';

/** What the vault is told of the master key; no other service is. */
export type MasterKey = { readonly OCTO_MASTER_KEY: string } | { readonly OCTO_MASTER_KEY_FILE: string };

export const masterKeyFile = (folder: string): string => join(folder, 'master.key');
export const newMasterKey = (): string => randomBytes(32).toString('hex');

/** `OCTO_MASTER_KEY`, else the file of the state folder, made at the first start. A file that is there is never replaced: the vault says what is wrong with it. */
export function keptMasterKey(folder: string, env: NodeJS.ProcessEnv): MasterKey {
  const given = env['OCTO_MASTER_KEY'];
  if (given) return { OCTO_MASTER_KEY: given };
  const file = masterKeyFile(folder);
  if (!existsSync(file)) writePrivate(file, `${newMasterKey()}\n`);
  return { OCTO_MASTER_KEY_FILE: file };
}
