import { randomBytes } from 'node:crypto';
import { type StepInput, type StepResult, type StepRun, type Worker, paidProvider } from '@octobus/arm';
import type { ContentPartJson } from '@octobus/contracts';
import { type AnswerPart, type CitedSentence, type ModelProvider, type Passage, answerInParts, answerWithModel } from '@octobus/models';

/** A passage that remembers the part it came in, so that its place in the document is not lost. */
interface SourcedPassage extends Passage {
  readonly part: ContentPartJson;
}

interface Answered {
  readonly found: boolean;
  readonly offline: boolean;
  readonly model: string | undefined;
  readonly sentences: readonly CitedSentence[];
  readonly passages: readonly Passage[];
}

/** Answers from the passages that earlier steps found, each sentence cited: extracted by rules, or written by a model where there is one. */
export const generalistWorker = (provider: ModelProvider): Worker => ({
  arm: 'generalist',
  async perform(step: StepRun): Promise<StepResult> {
    const questions = (await step.inputs()).map((input) => asked(input, step.instruction));
    const answered = provider.offline ? extracted(questions) : await written(provider, step, questions);
    const cited = [...new Set(answered.sentences.flatMap((sentence) => sentence.citations))].toSorted((a, b) => a - b);
    const answer = {
      found: answered.found,
      offline: answered.offline,
      ...(answered.model === undefined ? {} : { model: answered.model }),
      sentences: answered.sentences.map(({ text, citations }) => ({ text, citations: citations.map((n) => cited.indexOf(n) + 1) })),
    };
    return {
      parts: [
        {
          name: 'answer',
          origin: answered.offline ? 'ORIGIN_RETRIEVED' : 'ORIGIN_MODEL',
          taints: ['untrusted'],
          mediaType: 'application/json',
          json: answer as never,
        },
        ...cited.flatMap((n, i) => citation(answered.passages[n - 1], i + 1)),
      ],
      note: noteOf(answered, cited.length),
    };
  },
});

function asked(input: StepInput, otherwise: string): AnswerPart {
  const about = input.parts.find((part) => part.name === 'retrieval')?.json as { confidence?: number; query?: string } | undefined;
  const passages = input.parts.filter((part) => part.name === 'passage').map(passageOf);
  return {
    question: about?.query ?? otherwise,
    passages,
    ...(about?.confidence === undefined ? {} : { retrievalConfidence: about.confidence }),
  };
}

function passageOf(part: ContentPartJson): SourcedPassage {
  const { documentId = '', startByte = 0, name } = part.source ?? {};
  return { id: `${documentId}:${startByte}`, text: part.text ?? '', name, part };
}

function extracted(questions: readonly AnswerPart[]): Answered {
  const { found, sentences, passages } = answerInParts(questions);
  return { found, offline: true, model: undefined, sentences, passages };
}

async function written(provider: ModelProvider, step: StepRun, questions: readonly AnswerPart[]): Promise<Answered> {
  const passages = [...new Map(questions.flatMap((question) => question.passages).map((passage) => [passage.id, passage])).values()];
  const retrievalConfidence = Math.max(0, ...questions.map((question) => question.retrievalConfidence ?? 0));
  const boundary = randomBytes(12).toString('hex');
  const answer = await answerWithModel(paidProvider(provider, step), step.instruction, passages, { boundary, retrievalConfidence });
  return { found: answer.found, offline: answer.source === 'rules', model: answer.call?.model, sentences: answer.sentences, passages };
}

function citation(passage: Passage | undefined, n: number): ContentPartJson[] {
  const { part } = (passage ?? {}) as Partial<SourcedPassage>;
  return part === undefined ? [] : [{ ...part, name: `citation/${n}` }];
}

function noteOf({ found, offline, model, sentences }: Answered, citations: number): string {
  const how = offline ? 'offline: extracted, not written' : (model ?? 'model');
  return found ? `${sentences.length} sentences, ${citations} citations (${how})` : `not found in these documents (${how})`;
}
