import type { Channel } from './channels.ts';

/** What becomes of a text by its score. `mark`: its instructions are made harmless and it goes on; `approve`: a person looks at it first. */
export type Band = 'allow' | 'mark' | 'approve' | 'block';

/** Scores (0..1) from which each band begins, ascending. A band that begins above 1 is never used. */
export interface Bands {
  readonly markFrom: number;
  readonly approveFrom: number;
  readonly blockFrom: number;
}

export type BandsByChannel = Readonly<Record<Channel, Bands>>;

export function bandOf(score: number, { markFrom, approveFrom, blockFrom }: Bands): Band {
  if (score >= blockFrom) return 'block';
  if (score >= approveFrom) return 'approve';
  return score >= markFrom ? 'mark' : 'allow';
}
