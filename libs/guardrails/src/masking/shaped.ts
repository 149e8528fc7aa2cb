import { findPersonalData } from '../personal/find-personal-data.ts';
import type { FindingKind } from '../personal/kinds.ts';

const lower = 'abcdefghijklmnopqrstuvwxyz';

/** Numbers from 0 to 35, as many as are asked for. */
function* stream(seed: string, hash: (value: string) => string): Generator<number> {
  for (let block = 0; ; block += 1) for (const unit of hash(`${seed} ${block}`)) yield Number.parseInt(unit, 36) || 0;
}

function redrawn(value: string, numbers: Generator<number>): string {
  const next = (): number => {
    const [a, b] = [numbers.next().value as number, numbers.next().value as number];
    return a * 36 + b;
  };
  return Array.from(value, (unit) => {
    if (/[0-9]/.test(unit)) return String(next() % 10);
    if (/[a-z]/.test(unit)) return lower.charAt(next() % 26);
    return /\p{L}/u.test(unit) ? lower.charAt(next() % 26).toUpperCase() : unit;
  }).join('');
}

const tries = 8;

/**
 * Other digits and letters in the same form, the same for a value under one key. Never a value that the detectors would find again: where
 * no draw gives one, the label of its kind.
 */
export function shaped(kind: FindingKind, value: string, hash: (value: string) => string): string {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const drawn = redrawn(value, stream(`shape ${attempt} ${kind} ${value}`, hash));
    if (drawn !== value && findPersonalData(drawn, { names: false }).every(({ score }) => score < 0.5)) return drawn;
  }
  return `[${kind}]`;
}
