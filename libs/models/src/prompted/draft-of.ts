import { ACCEPT } from '../offline/plan-by-rules.ts';
import type { PlanAgent, PlanDraft, PlanOptions, PlanStep } from '../offline/plan-by-rules.ts';

/** A plan as a model writes it. */
export interface WirePlan {
  readonly steps: readonly WireStep[];
}

interface WireStep {
  readonly id: string;
  readonly agent: PlanAgent;
  readonly after: readonly string[];
  readonly instruction: string;
  readonly accept: readonly string[];
}

/** Steps in an order in which they can run; undefined when an id is twice there, a step is unknown or they wait for each other. */
function inOrder(steps: readonly WireStep[]): readonly WireStep[] | undefined {
  const waiting = new Map(steps.map((step) => [step.id, step]));
  if (waiting.size !== steps.length || steps.some((step) => step.after.some((id) => !waiting.has(id)))) return undefined;
  const order: WireStep[] = [];
  const isReady = (step: WireStep): boolean => step.after.every((id) => !waiting.has(id));
  for (let ready = steps.filter(isReady); ready.length > 0; ready = [...waiting.values()].filter(isReady)) {
    for (const step of ready) waiting.delete(step.id);
    order.push(...ready);
  }
  return waiting.size === 0 ? order : undefined;
}

/** Whether every answer stands on a search, every check on an answer, and nothing searches where there is nothing. */
function isSound(order: readonly WireStep[], documents: boolean): boolean {
  const agents = new Map(order.map((step) => [step.id, step.agent]));
  const on = (step: WireStep, agent: PlanAgent): boolean => step.after.some((id) => agents.get(id) === agent);
  const answers = order.filter((step) => step.agent === 'generalist');
  return (
    answers.length > 0 &&
    answers.every((step) => !documents || on(step, 'retriever') || on(step, 'generalist')) &&
    order.every((step) => step.agent !== 'judge' || on(step, 'generalist')) &&
    order.every((step) => step.agent !== 'retriever' || documents) &&
    order.every((step) => step.instruction.trim() !== '')
  );
}

/** The searches that the step stands on, whatever lies between: a check needs the passages beside the answer. */
function searchesUnder(id: string, steps: ReadonlyMap<string, WireStep>): Set<string> {
  const found = new Set<string>();
  const seen = new Set([id]);
  for (const at of seen) {
    const step = steps.get(at);
    if (step?.agent === 'retriever') found.add(at);
    for (const before of step?.after ?? []) seen.add(before);
  }
  return found;
}

/** Turns a model's plan into ours, its names into ordinals; undefined when it can't be run as it is or has too many steps. */
export function draftOf(wire: WirePlan, options: PlanOptions): PlanDraft | undefined {
  if (wire.steps.length > options.maxSteps) return undefined;
  const order = inOrder(wire.steps);
  if (order === undefined || !isSound(order, options.documents)) return undefined;
  const byId = new Map(order.map((step) => [step.id, step]));
  const ordinals = new Map(order.map((step, index) => [step.id, `s${index + 1}`]));
  const steps = order.map((step): PlanStep => {
    const needs = new Set([...(step.agent === 'judge' ? searchesUnder(step.id, byId) : []), ...step.after]);
    const after = [...needs].map((id) => ordinals.get(id) ?? id);
    const accept = step.accept.map((criterion) => criterion.trim()).filter((criterion) => criterion !== '');
    return {
      id: ordinals.get(step.id) ?? step.id,
      agent: step.agent,
      after,
      instruction: step.instruction.trim(),
      inputs: after.map((from) => ({ from })),
      accept: accept.length > 0 ? accept : ACCEPT[step.agent],
    };
  });
  return { steps, reason: `planned by a model in ${steps.length} steps` };
}
