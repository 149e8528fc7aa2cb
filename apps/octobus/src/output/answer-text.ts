import { formatUsd, parseMicroUsd, NO_MONEY } from '@octobus/kernel';
import type { ResultView, TaskView } from '@octobus/task';
import { printable, printableLine } from './timeline-text.ts';

export const NOT_FOUND = 'not found in these documents';
export const ERASED = 'erased: the keys of the person whom it is about were destroyed';

/** The answer with its citations, and what it cost. */
export function answerText(view: TaskView, durationMs: number): string {
  const lines =
    view.erased === true ? [`  ${view.state}; ${ERASED}`] : view.result === undefined ? endText(view) : resultLines(view.result);
  const cost = formatUsd(parseMicroUsd(view.spentMicroUsd) ?? NO_MONEY);
  return [...lines, '', `cost ${cost}   ${view.events} events   ${durationMs} ms`].join('\n');
}

function endText(view: TaskView): string[] {
  const { failure } = view;
  return [`  ${view.state}${failure === undefined ? '' : `: ${failure.code} ${printableLine(failure.message)}`}`];
}

/** An answer that was held back is not the same as none. */
const withheldLine = (n: number): string[] | undefined =>
  n === 0 ? undefined : [`  ${n} sentence${n === 1 ? '' : 's'} withheld: they don't follow from the passages they cite`];

interface Guarded {
  readonly guard?: {
    readonly verdict: string;
    readonly policyVersion: number;
    readonly findings: readonly { readonly check: string; readonly kind: string }[];
  };
}

/** What the last door kept back. */
function blockedLine({ guard }: Guarded): string | undefined {
  if (guard?.verdict !== 'block') return undefined;
  const found = guard.findings.map(({ check, kind }) => `${check} (${printableLine(kind)})`).join(', ');
  return `  not let out, by policy version ${guard.policyVersion}: ${found}`;
}

function resultLines(result: ResultView & Guarded): string[] {
  const blocked = blockedLine(result);
  if (blocked !== undefined) return [blocked];
  if (result.found === undefined)
    return result.outputs.map(({ step, parts }) => `  ${step}: ${parts.length} part${parts.length === 1 ? '' : 's'}`);
  const label = result.offline === true ? '  offline: extracted from the documents, not written by a model' : undefined;
  const withheld = withheldLine(result.withheld ?? 0);
  if (!result.found) return [...(withheld ?? [`  ${NOT_FOUND}`]), ...(label === undefined ? [] : [label])];
  const sentences = result.sentences.map(({ text, citations }) => `  ${printable(text)} ${citations.map((n) => `[${n}]`).join('')}`);
  const sources = result.citations.map(({ n, name, startLine, endLine }) => `    [${n}] ${printableLine(name)}:${startLine}-${endLine}`);
  return [...sentences, ...sources, ...(withheld ?? []), ...(label === undefined ? [] : [label])];
}
