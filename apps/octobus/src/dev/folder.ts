import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Small files of the state folder, readable by their owner alone, replaced as a whole and on disk before the name is. */
export function writePrivate(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.new`;
  const fd = openSync(fresh, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(fresh, file);
}

export const writeJson = (file: string, value: unknown): void => writePrivate(file, `${JSON.stringify(value, undefined, 2)}\n`);

/** A file of the state folder that can be made again when it is lost. */
export interface KeptFile<T> {
  readonly file: string;
  fits(value: unknown): value is T;
  /** Told when the file was there and could not be used; it is put aside as `<file>.broken`. */
  onBroken(aside: string): void;
}

/** Undefined when the file is absent, or cut off or garbled and put aside. */
export function readKept<T>({ file, fits, onBroken }: KeptFile<T>): T | undefined {
  if (!existsSync(file)) return undefined;
  const value = parsed(readFileSync(file, 'utf8'));
  if (fits(value)) return value;
  const aside = `${file}.broken`;
  renameSync(file, aside);
  onBroken(aside);
  return undefined;
}

/** Undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const SECRET = /^[0-9a-f]{64}$/;

/** The secret in a file; made when there is none, or none that is whole. */
export function keptSecret(file: string, onBroken: () => void): string {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  if (kept !== undefined && SECRET.test(kept)) return kept;
  if (kept !== undefined) onBroken();
  const fresh = randomBytes(32).toString('hex');
  writePrivate(file, `${fresh}\n`);
  return fresh;
}
