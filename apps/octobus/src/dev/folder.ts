import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Small files of the state folder, readable by their owner alone and replaced as a whole. */
export function writePrivate(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, text, { mode: 0o600 });
  renameSync(fresh, file);
}

export const writeJson = (file: string, value: unknown): void => writePrivate(file, `${JSON.stringify(value, undefined, 2)}\n`);

export const readJson = <T>(file: string): T | undefined => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined);

/** The secret in a file, made at the first start. */
export function keptSecret(file: string, make: () => string = () => randomBytes(32).toString('hex')): string {
  if (!existsSync(file)) writePrivate(file, `${make()}\n`);
  return readFileSync(file, 'utf8').trim();
}
