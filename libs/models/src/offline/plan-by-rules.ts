import { splitGoal } from './split-goal.ts';

export type PlanAgent = 'retriever' | 'generalist' | 'judge';

export interface PlanStep {
  /** An ordinal: `s1`, `s2` ... in an order in which the steps can run. */
  readonly id: string;
  readonly agent: PlanAgent;
  /** Steps that must be done before. */
  readonly after: readonly string[];
  /** For the retriever what to look for; for the generalist the goal. */
  readonly instruction: string;
  /** Steps whose results go in. */
  readonly inputs: readonly { readonly from: string }[];
  /** What the result must show. */
  readonly accept: readonly string[];
}

export interface PlanDraft {
  readonly steps: readonly PlanStep[];
  /** Why the plan is as it is; no words of the goal in it. */
  readonly reason: string;
}

export interface PlanOptions {
  /** Whether there is anything to search. */
  readonly documents: boolean;
  readonly maxSteps: number;
}

const MOST_SEARCHES = 4;
const LONGEST_SEARCH = 2_000;
const LONGEST_INSTRUCTION = 20_000;

export const ACCEPT = {
  retriever: ['gives the passages that speak of the question, best first, or none'],
  generalist: ['every sentence cites a passage', 'says plainly when the documents hold no answer'],
  alone: ['answers the goal'],
  judge: ['every cited sentence follows from its passage'],
} as const;
export const JUDGE_INSTRUCTION = 'Check that every sentence of the answer follows from the passage it cites.';

/** Numbers steps and links each to the steps before it that it names by place. */
function step(place: number, agent: PlanAgent, after: readonly number[], instruction: string, accept: readonly string[]): PlanStep {
  const before = after.map((at) => `s${at}`);
  return { id: `s${place}`, agent, after: before, instruction, inputs: before.map((from) => ({ from })), accept };
}

function reasonFor(searches: number, judged: boolean): string {
  const search = searches === 1 ? 'one question: search' : `${searches} questions: search for each in parallel`;
  return `${search}, answer with citations${judged ? ', check against the sources' : ''}`;
}

/**
 * A plan without a model: one search for each separate question of the goal (at most four, side by side), one answer from what they found, one
 * check. Without documents, or with room for one step only, the goal goes to the generalist as it is; with room for two nobody checks.
 */
export function planByRules(goal: string, options: PlanOptions): PlanDraft {
  const instruction = goal.slice(0, LONGEST_INSTRUCTION).trim();
  if (!options.documents || options.maxSteps < 2) {
    return {
      steps: [step(1, 'generalist', [], instruction, ACCEPT.alone)],
      reason: options.documents ? 'room for one step only' : 'nothing to search: one step',
    };
  }
  const judged = options.maxSteps >= 3;
  const room = Math.min(MOST_SEARCHES, options.maxSteps - (judged ? 2 : 1));
  const questions = splitGoal(goal, room);
  const searches = questions.map((question, index) =>
    step(index + 1, 'retriever', [], question.slice(0, LONGEST_SEARCH), ACCEPT.retriever),
  );
  const places = searches.map((_, index) => index + 1);
  const answer = step(places.length + 1, 'generalist', places, instruction, ACCEPT.generalist);
  const check = judged ? [step(places.length + 2, 'judge', [...places, places.length + 1], JUDGE_INSTRUCTION, ACCEPT.judge)] : [];
  return { steps: [...searches, answer, ...check], reason: reasonFor(searches.length, judged) };
}
