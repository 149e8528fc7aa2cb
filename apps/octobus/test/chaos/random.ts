import { randomNumbers } from '@octobus/read-models/testing';

/** Choices that follow from a seed alone. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from least to most, both included. */
  between(least: number, most: number): number;
  one<T>(items: readonly [T, ...T[]]): T;
}

export function randomOf(seed: number): Random {
  const next = randomNumbers(seed);
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return { next, between, one: (items) => items[between(0, items.length - 1)] ?? items[0] };
}
