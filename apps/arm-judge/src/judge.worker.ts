import type { StepResult, StepRun, Worker } from '@octobus/arm';
import type { ContentPartJson } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { checkAnswer } from './claim-check/check-answer.ts';

interface AnswerSentence {
  readonly text: string;
  readonly citations: readonly number[];
}

interface Answer {
  readonly found: boolean;
  readonly offline: boolean;
  readonly sentences: readonly AnswerSentence[];
}

/** Lets only those sentences of an answer through that follow from the passages they cite; says what was withheld, and why. */
export const judgeWorker: Worker = {
  arm: 'judge',
  async perform(step: StepRun): Promise<StepResult> {
    const parts = (await step.inputs()).flatMap((input) => input.parts);
    const answer = answerIn(parts);
    const verdicts = checkAnswer(
      answer.sentences.map(({ text, citations }) => ({ text, sources: citations.flatMap((n) => sourceText(parts, n)) })),
    );
    const supported = answer.sentences.filter((_sentence, i) => verdicts[i]?.label === 'supported');
    const cited = new Set(supported.flatMap((sentence) => sentence.citations));
    const judged: Answer & { withheld: number } = {
      found: answer.found && supported.length > 0,
      offline: answer.offline,
      sentences: supported,
      withheld: answer.sentences.length - supported.length,
    };
    return {
      parts: [
        { name: 'answer', origin: originOf(parts), mediaType: 'application/json', json: judged as never },
        ...parts.filter((part) => cited.has(citationNumber(part) ?? -1)),
        {
          name: 'verdicts',
          origin: 'ORIGIN_TOOL',
          mediaType: 'application/json',
          json: verdicts.map(({ label, reasons }) => ({ label, reasons: [...reasons] })),
        },
      ],
      note: answer.found ? `${supported.length} of ${answer.sentences.length} sentences supported` : 'nothing to check: not found',
    };
  },
};

const originOf = (parts: readonly ContentPartJson[]) => parts.find((part) => part.name === 'answer')?.origin ?? 'ORIGIN_MODEL';

function answerIn(parts: readonly ContentPartJson[]): Answer {
  const json = parts.find((part) => part.name === 'answer')?.json as Partial<Answer> | undefined;
  if (json === undefined || !Array.isArray(json.sentences)) {
    throw new Fault('judge-without-answer', { retryable: false, message: 'no earlier step gave an answer with sentences and citations' });
  }
  return { found: json.found === true, offline: json.offline === true, sentences: json.sentences };
}

function citationNumber(part: ContentPartJson): number | undefined {
  const match = /^citation\/(\d{1,4})$/.exec(part.name ?? '');
  return match === null ? undefined : Number(match[1]);
}

const sourceText = (parts: readonly ContentPartJson[], n: number): string[] =>
  parts.flatMap((part) => (citationNumber(part) === n && part.text !== undefined ? [part.text] : []));
