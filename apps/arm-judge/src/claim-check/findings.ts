/** Something that speaks against a claim. `strong`: it holds even if the claim shares few words with its source. */
export interface Finding {
  readonly verdict: 'contradicted' | 'not-in-source';
  readonly reason: string;
  readonly strong?: boolean;
  readonly kind?: 'amount' | 'polarity';
}

export const contradicts = (reason: string, strong = false): Finding => ({ verdict: 'contradicted', reason, strong });
export const isMissing = (reason: string): Finding => ({ verdict: 'not-in-source', reason });
