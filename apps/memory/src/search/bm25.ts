/**
 * BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009):
 * the sum over the terms of a question of idf(t) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / averageLength)).
 * A term of a title or heading counts as several in the text (BM25F with one length for all fields, section 3.6 there).
 */
export interface Saturation {
  /** How slowly repetitions of a term stop to count. */
  readonly k1: number;
  /** How much long passages are discounted, 0..1. */
  readonly b: number;
}

/** Inverse document frequency, never negative: ln(1 + (N - n + 0.5) / (n + 0.5)) for a term in n of N passages. */
export function idf(passages: number, withTerm: number): number {
  return Math.log(1 + (passages - withTerm + 0.5) / (withTerm + 0.5));
}

/** Part of a term's idf that a passage earns, 0 .. k1 + 1; `relativeLength` = length / average length. */
export function saturate(frequency: number, relativeLength: number, { k1, b }: Saturation): number {
  return (frequency * (k1 + 1)) / (frequency + k1 * (1 - b + b * relativeLength));
}
