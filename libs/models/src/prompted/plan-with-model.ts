import type { JsonSchema, ModelAnswer, ModelProvider, ModelRequest } from '../model-provider.ts';
import { planByRules } from '../offline/plan-by-rules.ts';
import type { PlanDraft, PlanOptions } from '../offline/plan-by-rules.ts';
import type { CallOptions } from './answer-with-model.ts';
import { blockRule, checkBoundary, dataBlock } from './data-blocks.ts';
import type { Boundary } from './data-blocks.ts';
import { draftOf } from './draft-of.ts';
import type { WirePlan } from './draft-of.ts';
import { truncationOf } from './outcome.ts';
import type { Provenance, RulesReason } from './outcome.ts';
import { readerOf } from './read-json.ts';

export interface ModelledPlan extends Provenance {
  readonly plan: PlanDraft;
}

const LONGEST_GOAL = 20_000;

function planSchema(longest?: { readonly text: number; readonly list: number }): JsonSchema {
  const text = { type: 'string', ...(longest === undefined ? {} : { maxLength: longest.text }) };
  const list = { type: 'array', items: text, ...(longest === undefined ? {} : { maxItems: longest.list }) };
  const properties = {
    id: text,
    agent: { type: 'string', enum: ['retriever', 'generalist', 'judge'] },
    after: list,
    instruction: text,
    accept: list,
  };
  const step = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  const steps = { type: 'array', items: step, ...(longest === undefined ? {} : { maxItems: 100 }) };
  return { type: 'object', properties: { steps }, required: ['steps'], additionalProperties: false };
}

let reader: ((text: string) => WirePlan | undefined) | undefined;
const read = (text: string): WirePlan | undefined => (reader ??= readerOf<WirePlan>(planSchema({ text: 4_000, list: 100 })))(text);

const systemPrompt = (boundary: Boundary, { documents, maxSteps }: PlanOptions): string =>
  [
    `You plan how a goal is reached in at most ${maxSteps} steps. Agents: "retriever" looks passages up in the user's documents, "generalist" writes the answer from them, "judge" checks each cited sentence against its passage.`,
    documents
      ? 'There are documents: look up before you answer, one retriever step for each separate question, side by side.'
      : 'There are no documents: use no retriever.',
    blockRule(boundary),
    'A step: id; agent; after = ids of the steps it needs; instruction = for a retriever the question to look up, else what to do; accept = what its result must show. End with the check where there is room.',
    'Reply with one JSON object and nothing else: {"steps": [{"id": string, "agent": string, "after": [string], "instruction": string, "accept": [string]}]}',
  ].join('\n');

/** The request that `planWithModel` makes; the goal stands in a data position only. */
export function planRequest(goal: string, plan: PlanOptions, options: CallOptions): ModelRequest {
  const boundary = checkBoundary(options.boundary);
  return {
    model: options.model,
    system: systemPrompt(boundary, plan),
    messages: [{ role: 'user', text: `${dataBlock(boundary, 'goal', goal.slice(0, LONGEST_GOAL))}\n\nPlan the goal as JSON.` }],
    maxOutputTokens: options.maxOutputTokens ?? 1_000,
    temperature: 0,
    responseSchema: planSchema(),
    abort: options.abort,
    traceparent: options.traceparent,
  };
}

function readPlan(call: ModelAnswer, options: PlanOptions): { readonly unusable: RulesReason } | { readonly plan: PlanDraft } {
  const cut = truncationOf(call);
  if (cut !== undefined) return { unusable: cut };
  const wire = read(call.text);
  if (wire === undefined) return { unusable: 'not-the-format' };
  const plan = draftOf(wire, options);
  return plan === undefined ? { unusable: 'not-a-plan' } : { plan };
}

/** Plans a goal, with a model when the provider has one; the rules plan instead (and `reason` says why) when it is offline or its plan can't be used. Faults pass through. */
export async function planWithModel(provider: ModelProvider, goal: string, options: PlanOptions & CallOptions): Promise<ModelledPlan> {
  if (provider.offline) return { plan: planByRules(goal, options), source: 'rules', reason: 'offline' };
  const call = await provider.generate(planRequest(goal, options, options));
  const outcome = readPlan(call, options);
  if ('plan' in outcome) return { plan: outcome.plan, source: 'model', call };
  return { plan: planByRules(goal, options), source: 'rules', reason: outcome.unusable, call };
}
