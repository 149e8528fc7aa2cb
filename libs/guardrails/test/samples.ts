import { readFileSync } from 'node:fs';

export interface TextSample {
  readonly id: string;
  readonly lang?: string;
  readonly channel: 'direct' | 'indirect';
  readonly text: string;
}

export interface ValueSample {
  readonly kind: string;
  readonly value: string;
  readonly valid: boolean;
}

export interface SecretSample {
  readonly kind: string | null;
  readonly text: string;
}

/** Records of one of the package's own sample files. */
export function samples<T>(name: 'attacks' | 'benign' | 'personal-data' | 'secrets'): T[] {
  const file = readFileSync(new URL(`../samples/${name}.jsonl`, import.meta.url), 'utf8');
  return file
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
