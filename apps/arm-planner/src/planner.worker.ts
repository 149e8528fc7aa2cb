import type { StepResult, StepRun, Worker } from '@octobus/arm';
import { type ContentPartJson, type PlanJson, instructionName } from '@octobus/contracts';
import type { PlanDraft } from '@octobus/models';

/** Makes a plan for a goal, by rules or by a model; paid calls go through the step. */
export type DraftPlan = (step: StepRun) => Promise<{ readonly draft: PlanDraft; readonly origin: 'rules' | 'model' }>;

/** Turns the goal into a plan; what each step has to do travels as content beside it. */
export const plannerWorker = (makeDraft: DraftPlan): Worker => ({
  arm: 'planner',
  async perform(step: StepRun): Promise<StepResult> {
    const { draft, origin } = await makeDraft(step);
    const plan: PlanJson = {
      origin,
      steps: draft.steps.map(({ id, agent, after, inputs }) => ({
        id,
        agent,
        after: [...after],
        inputs: inputs.map((input) => input.from),
      })),
    };
    const parts = draft.steps.map(({ id, instruction }): ContentPartJson => ({
      name: instructionName(id),
      origin: origin === 'model' ? 'ORIGIN_MODEL' : 'ORIGIN_USER',
      mediaType: 'text/plain',
      text: instruction,
    }));
    return { parts, plan, note: `${draft.steps.length} steps by ${origin}` };
  },
});
