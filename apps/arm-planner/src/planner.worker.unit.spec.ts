import { describe, expect, it } from '@jest/globals';
import { stepOf } from '@octobus/arm/testing';
import { planByRules } from '@octobus/models';
import { planProblems } from '@octobus/task';
import { plannerWorker } from './planner.worker.ts';

const byRules = plannerWorker(async (step) => ({
  draft: planByRules(step.instruction, { documents: true, maxSteps: 12 }),
  origin: 'rules',
}));

describe('the planner', () => {
  it('makes a plan that can be run, with what each step has to do beside it', async () => {
    const { plan, parts, note } = await byRules.perform(
      stepOf({ instruction: 'How often does the filter have to be cleaned? What happens when the red lamp blinks three times?' }),
    );
    expect(planProblems(plan?.steps ?? [])).toEqual([]);
    expect(plan?.origin).toBe('rules');
    expect(plan?.steps?.filter((step) => step.agent === 'retriever')).toHaveLength(2);
    expect(parts.map((part) => part.name)).toEqual(plan?.steps?.map((step) => `${step.id}/instruction`));
    expect(parts.every((part) => part.origin === 'ORIGIN_USER')).toBe(true);
    expect(note).toBe(`${plan?.steps?.length} steps by rules`);
  });

  it('keeps words of the goal out of the plan itself, which stands in the clear', async () => {
    const { plan, note } = await byRules.perform(stepOf({ instruction: 'How is zebrafinchvalve cleaned?' }));
    expect(JSON.stringify([plan, note])).not.toContain('zebrafinchvalve');
  });

  it('says when a model wrote the instructions', async () => {
    const draft = { steps: [{ id: 'a', agent: 'retriever', after: [], inputs: [], instruction: 'look' }] };
    const worker = plannerWorker(async () => ({ draft: draft as never, origin: 'model' }));
    const { plan, parts } = await worker.perform(stepOf());
    expect(plan).toEqual({ origin: 'model', steps: [{ id: 'a', agent: 'retriever', after: [], inputs: [] }] });
    expect(parts).toEqual([{ name: 'a/instruction', origin: 'ORIGIN_MODEL', mediaType: 'text/plain', text: 'look' }]);
  });
});
