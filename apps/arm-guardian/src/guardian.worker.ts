import type { Json, StepResult, StepRun, Worker } from '@octobus/arm';
import type { ContentPartJson } from '@octobus/contracts';
import { OutputCleaner, type ReadyGuard } from '@octobus/guardrails';
import { Fault } from '@octobus/kernel';

/** The policy of a tenant. Faults `policy-unavailable`, `policy-unreadable`: the step waits. */
export type GuardOf = (tenant: string) => ReadyGuard | Promise<ReadyGuard>;

/**
 * Checks what earlier steps handed over, and a text given as an argument, by the tenant's policy: hands it on without what the policy takes out. Fault
 * `output-blocked` (final) where it lets nothing through. No model, no sub-steps, no calls.
 */
export const guardianWorker = (guardOf: GuardOf): Worker => ({
  arm: 'guardian',
  async perform(step: StepRun): Promise<StepResult> {
    const guard = await guardOf(step.tenant);
    const inputs = (await step.inputs()).flatMap(({ parts }) => parts);
    const cleaner = new OutputCleaner(guard);
    const parts = [...inputs, ...givenText(step.arguments)].map((part) => cleanPart(part, cleaner));
    const { verdict, findings } = cleaner.verdict();
    const found = [...new Set(findings.map(({ check, kind }) => `${check} (${kind})`))].join(', ');
    if (verdict === 'block')
      throw new Fault('output-blocked', { retryable: false, message: `policy version ${guard.version} lets this not through: ${found}` });
    const said = { verdict, policyVersion: guard.version, findings };
    return {
      parts: [...parts, { name: 'guard', origin: 'ORIGIN_TOOL', mediaType: 'application/json', json: said as never }],
      note: `${verdict} by policy version ${guard.version}${found === '' ? '' : `: ${found}`}`,
    };
  },
});

const textIn = (given: Json): string | undefined => {
  const { text } = (typeof given === 'object' && given !== null ? given : {}) as { readonly text?: Json };
  return typeof text === 'string' ? text : undefined;
};

function givenText(given: Json): ContentPartJson[] {
  const text = textIn(given);
  return text === undefined ? [] : [{ name: 'text', origin: 'ORIGIN_USER', mediaType: 'text/plain', text }];
}

/** Content outside the log is not looked into: what it is called, and nothing else, is handed on. */
function cleanPart({ blob: _blob, ...part }: ContentPartJson, cleaner: OutputCleaner): ContentPartJson {
  return {
    ...part,
    ...(part.text === undefined ? {} : { text: cleaner.text(part.text) }),
    ...(part.json === undefined ? {} : { json: cleaner.value(part.json) as never }),
  };
}
