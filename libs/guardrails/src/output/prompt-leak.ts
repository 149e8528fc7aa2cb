import { type DecodeLimits, textsWithin } from '../text/decode.ts';
import { wordsOf } from './comparable.ts';

/** Words of one shingle. */
const WIDTH = 5;

/** How much of a protected text stands in another. */
export interface Overlap {
  /** Longest stretch of words that are the protected text's, in words. */
  readonly run: number;
  /** Share of the protected text's shingles that occur, 0..1. */
  readonly share: number;
}

/**
 * A stretch of so many words, or so large a share of at least so many shingles, is a leak. Measured on the prompts of `libs/models` against every
 * paragraph of this repository's documentation (`prompt-leak.unit.spec.ts`).
 */
export const LEAK = { run: 14, share: 0.3, shingles: 6 } as const;

const shinglesOf = (words: readonly string[]): string[] =>
  Array.from({ length: Math.max(0, words.length - WIDTH + 1) }, (_, i) => words.slice(i, i + WIDTH).join(' '));

/** A text that must not be told, such as a system prompt, ready to be compared with. */
export class ProtectedText {
  readonly name: string;
  private readonly shingles: ReadonlySet<string>;

  constructor(name: string, text: string) {
    this.name = name;
    this.shingles = new Set(shinglesOf(wordsOf(text)));
  }

  /** `seen`: shingles that occurred before, in other pieces of the same text; those of this piece are added. */
  overlap(text: string, seen: Set<string> = new Set()): Overlap {
    let run = 0;
    let longest = 0;
    for (const shingle of shinglesOf(wordsOf(text))) {
      const known = this.shingles.has(shingle);
      run = known ? run + 1 : 0;
      longest = Math.max(longest, run);
      if (known) seen.add(shingle);
    }
    return { run: longest === 0 ? 0 : longest + WIDTH - 1, share: this.shingles.size === 0 ? 0 : seen.size / this.shingles.size };
  }

  /** Also when the text holds it encoded. */
  leaksIn(text: string, limits: DecodeLimits, seen?: Set<string>): boolean {
    return this.isLeak(this.overlap(text, seen)) || textsWithin(text, limits).some((inner) => this.isLeak(this.overlap(inner)));
  }

  private isLeak({ run, share }: Overlap): boolean {
    return run >= LEAK.run || (share >= LEAK.share && share * this.shingles.size >= LEAK.shingles);
  }
}
