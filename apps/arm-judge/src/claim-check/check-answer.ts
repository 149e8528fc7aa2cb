import { checkAgainst, prepareSource } from './check-claim.ts';
import type { ClaimVerdict } from './check-claim.ts';
import type { Prepared } from './align.ts';

/** A sentence of an answer and the texts of the passages it cites. */
export interface CitedSentence {
  readonly text: string;
  readonly sources: readonly string[];
}

/** As `ClaimVerdict`; `source` is the index of the cited passage that decided (and that `evidence` points into), absent when it took all of them together. */
export interface SentenceVerdict extends ClaimVerdict {
  readonly source?: number;
}

const SEPARATOR = '\n\n';

/** Passages are taken apart once, however many sentences cite them. */
function library(): (text: string) => Prepared {
  const known = new Map<string, Prepared>();
  return (text) => {
    const made = known.get(text) ?? prepareSource(text);
    known.set(text, made);
    return made;
  };
}

/** A contradiction by one passage outweighs the silence of the others. */
const worst = (verdicts: readonly SentenceVerdict[]): SentenceVerdict =>
  verdicts.find(({ label }) => label === 'contradicted') ?? verdicts[0] ?? { label: 'not-in-source', reasons: ['it cites nothing'] };

function checkSentence({ text, sources }: CitedSentence, of: (text: string) => Prepared): SentenceVerdict {
  const single: SentenceVerdict[] = [];
  for (const [source, passage] of sources.entries()) {
    const found = { ...checkAgainst(text, of(passage)), source };
    if (found.label === 'supported') return found;
    single.push(found);
  }
  if (sources.length < 2 || single.some(({ label }) => label === 'contradicted')) return worst(single);
  const { label, reasons } = checkAgainst(text, of(sources.join(SEPARATOR)));
  return label === 'supported' ? { label, reasons } : worst(single);
}

/**
 * Whether each sentence of an answer follows from one of the passages it cites, or from all of them together. A passage that contradicts the sentence is not made
 * up for by joining it with others; another passage that supports it by itself is enough. A sentence that cites nothing is `not-in-source`.
 */
export function checkAnswer(sentences: readonly CitedSentence[]): SentenceVerdict[] {
  const of = library();
  return sentences.map((sentence) => checkSentence(sentence, of));
}
