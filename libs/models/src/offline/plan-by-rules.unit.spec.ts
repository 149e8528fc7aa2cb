import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planByRules } from './plan-by-rules.ts';
import type { PlanDraft } from './plan-by-rules.ts';
import { splitGoal } from './split-goal.ts';

const agents = (plan: PlanDraft): string[] => plan.steps.map(({ agent }) => agent);
const PLENTY = { documents: true, maxSteps: 10 };

describe('the questions of a goal', () => {
  it.each([
    ['How does Octobus survive a crash of an arm?', ['How does Octobus survive a crash of an arm?']],
    ['What does the log store? When do timers fire?', ['What does the log store?', 'When do timers fire?']],
    ['What does the log store, and when do the timers fire?', ['What does the log store', 'when do the timers fire?']],
    ['1. What is a grant? 2. What is a lease?', ['What is a grant?', 'What is a lease?']],
    ['- What is a grant?\n- What is a lease?', ['What is a grant?', 'What is a lease?']],
    ['什么是租约？谁写入流事件？', ['什么是租约？', '谁写入流事件？']],
    ['Explain the log. Describe the accounts.', ['Explain the log.', 'Describe the accounts.']],
  ])('are found in %j', (goal, parts) => {
    expect(splitGoal(goal, 4)).toEqual(parts);
  });

  it.each([
    'Who wrote the guide? When was it published?',
    'What notice period applies if we end the contract early, and is it different in the first year? Please quote the clause.',
    'Compare the terms of the offers and tell me which one is strictest. A table and one paragraph, please.',
    'What are salt and pepper?',
    'Summarise this message: "The parcel came wet and the lamp no longer works. What can you do? When will it be done?"',
  ])('stay together in %j', (goal) => {
    expect(splitGoal(goal, 4)).toHaveLength(1);
  });

  it('leave out what only says how to answer', () => {
    expect(splitGoal('What does the log store? When do timers fire? Please quote the section.', 4)).toEqual([
      'What does the log store?',
      'When do timers fire?',
    ]);
  });

  it('are put together at the end when there are too many', () => {
    expect(splitGoal('What is red clay? What is blue clay? What is green clay?', 2)).toEqual([
      'What is red clay?',
      'What is blue clay? What is green clay?',
    ]);
  });
});

describe('a plan by rules', () => {
  it('searches, answers, and checks', () => {
    const plan = planByRules('How does Octobus survive a crash of an arm?', PLENTY);
    expect(plan.steps.map(({ id, agent, after, inputs }) => ({ id, agent, after, inputs }))).toEqual([
      { id: 's1', agent: 'retriever', after: [], inputs: [] },
      { id: 's2', agent: 'generalist', after: ['s1'], inputs: [{ from: 's1' }] },
      { id: 's3', agent: 'judge', after: ['s1', 's2'], inputs: [{ from: 's1' }, { from: 's2' }] },
    ]);
  });

  it('searches for several questions side by side', () => {
    const plan = planByRules('What does the log store? When do timers fire?', PLENTY);
    expect(agents(plan)).toEqual(['retriever', 'retriever', 'generalist', 'judge']);
    expect(plan.steps[0]?.after).toEqual(plan.steps[1]?.after);
    expect(plan.steps[2]?.after).toEqual(['s1', 's2']);
  });

  it('is one step where there is nothing to search', () => {
    expect(agents(planByRules('How many minutes are there in a week?', { documents: false, maxSteps: 10 }))).toEqual(['generalist']);
  });

  it.each([
    [1, ['generalist']],
    [2, ['retriever', 'generalist']],
    [3, ['retriever', 'generalist', 'judge']],
    [4, ['retriever', 'retriever', 'generalist', 'judge']],
  ])('fits into %i steps', (maxSteps, expected) => {
    expect(agents(planByRules('What does the log store? When do timers fire?', { documents: true, maxSteps }))).toEqual(expected);
  });

  it('is a graph without cycles within its bounds, for any goal', () => {
    const piece = fc.constantFrom(
      'What is red?',
      'when',
      ' and ',
      '; ',
      '1) ',
      '2) ',
      '\n- ',
      '。',
      '"',
      'x'.repeat(50),
      'Who?',
      'it',
      '\u0000',
      '\ud83d',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), fc.integer({ min: -1, max: 12 }), (pieces, documents, maxSteps) => {
        const { steps } = planByRules(pieces.join(' '), { documents, maxSteps });
        expect(steps.length).toBeGreaterThanOrEqual(1);
        expect(steps.length).toBeLessThanOrEqual(Math.max(1, Math.min(maxSteps, 6)));
        for (const [index, step] of steps.entries()) {
          expect(step.id).toBe(`s${index + 1}`);
          expect(step.after.every((id) => steps.slice(0, index).some((before) => before.id === id))).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['quotes', '"'.repeat(200_000)],
    ['numbers', '1) '.repeat(100_000)],
    ['questions', 'What is red clay and what is blue clay? '.repeat(5_000)],
    ['joints', ' and what'.repeat(50_000)],
    ['blanks', ' '.repeat(200_000)],
    ['semicolons', '; '.repeat(100_000)],
  ])('takes no long time over %s', (_name, goal) => {
    const started = performance.now();
    planByRules(goal, PLENTY);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
