/** A piece of a document that was found for a question, best first in its list. */
export interface Passage {
  readonly id: string;
  readonly text: string;
  /** Name of the document, for people. */
  readonly name?: string | undefined;
  /** Heading under which the passage stands. */
  readonly heading?: string | undefined;
}

/** A sentence of an answer with the passages it rests on. */
export interface CitedSentence {
  readonly text: string;
  /** Places in the list of passages, counted from 1, as `[1]` in print. */
  readonly citations: readonly number[];
  /** For sentences taken word for word: where they stand in the first passage cited; UTF-16 offsets, end exclusive. */
  readonly span?: { readonly start: number; readonly end: number };
}

export interface ExtractedAnswer {
  readonly found: boolean;
  readonly sentences: readonly CitedSentence[];
  /** 0 to 1; `found` is `confidence >= FOUND_FROM` with at least one sentence. */
  readonly confidence: number;
}
