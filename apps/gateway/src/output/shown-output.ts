import { type ContentPartJson, type ContentSlotJson, partsOf } from '@octobus/contracts';
import { type FoundKind, type GuardVerdict, OutputCleaner, type ReadyGuard, cleanText, removed } from '@octobus/guardrails';
import type { RecordedEvent } from '@octobus/event-log';
import { slotOf } from '@octobus/sealing';
import type { ResultView, TaskHistory, TaskView, Timeline } from '@octobus/task';

/** What the last door says of an output: by which policy, what was found, never what it said. */
export interface GuardMark {
  readonly verdict: GuardVerdict;
  /** 0: the policy of the release. */
  readonly policyVersion: number;
  readonly findings: readonly FoundKind[];
}

export type ShownResult = ResultView & { readonly guard: GuardMark };
export type ShownTask = Omit<TaskView, 'result'> & { readonly result?: ShownResult };

/** Nothing to be found is shorter. */
const SHORTEST = 12;

/** A line that an arm wrote about its work. */
function line(text: string, guard: ReadyGuard): string {
  if (text.length < SHORTEST) return text;
  const { verdict, findings, text: clean } = cleanText(text, guard);
  return verdict === 'block' ? removed(findings[0]?.kind ?? 'text') : clean;
}

/** A line of the timeline, as it may leave. */
export const shownLine = (entry: Timeline, guard: ReadyGuard): Timeline =>
  entry.arm === undefined ? entry : { ...entry, note: line(entry.note, guard) };

function cleanPart(part: ContentPartJson, cleaner: OutputCleaner): ContentPartJson {
  return {
    ...part,
    ...(part.text === undefined ? {} : { text: cleaner.text(part.text) }),
    ...(part.json === undefined ? {} : { json: cleaner.value(part.json) as never }),
  };
}

const nothing: Omit<ResultView, 'found' | 'offline' | 'withheld'> = { answer: '', sentences: [], citations: [], outputs: [] };

/** What came out of a task, as it may leave; with the verdict `block` nothing of it. */
export function shownResult(result: ResultView, guard: ReadyGuard): ShownResult {
  const cleaner = new OutputCleaner(guard);
  const answer = cleaner.text(result.answer);
  const sentences = result.sentences.map((sentence) => ({ ...sentence, text: cleaner.text(sentence.text) }));
  // What is spread over sentences can be taken out of the whole only.
  const whole = sentences.map(({ text }) => text).join(' ') === answer;
  const shown: ResultView = {
    ...result,
    answer,
    sentences: whole ? sentences : [],
    citations: result.citations.map((citation) => ({ ...citation, name: cleaner.text(citation.name), text: cleaner.text(citation.text) })),
    outputs: result.outputs.map(({ step, parts }) => ({ step, parts: parts.map((part) => cleanPart(part, cleaner)) })),
  };
  const mark: GuardMark = { ...cleaner.verdict(), policyVersion: guard.version };
  return { ...(mark.verdict === 'block' ? nothing : shown), guard: mark };
}

/** A task as it may leave: what its arms wrote is checked, what its owner wrote was screened when it came in. */
export function shownTask(view: TaskView, guard: ReadyGuard): ShownTask {
  const { result, failure, ...rest } = view;
  const steps = view.steps.map((step) => ({
    ...step,
    ...(step.note === undefined ? {} : { note: line(step.note, guard) }),
    ...(step.failure === undefined ? {} : { failure: { ...step.failure, message: line(step.failure.message, guard) } }),
  }));
  return {
    ...rest,
    steps,
    ...(failure === undefined ? {} : { failure: { ...failure, message: line(failure.message, guard) } }),
    ...(result === undefined ? {} : { result: shownResult(result, guard) }),
  };
}

export const shownHistory = ({ view, timeline }: TaskHistory, guard: ReadyGuard) => ({
  view: shownTask(view, guard),
  timeline: timeline.map((entry) => shownLine(entry, guard)),
});

interface Written {
  readonly note?: string;
  readonly failure?: { readonly message?: string };
  readonly content?: ContentSlotJson;
}

/** An event of an arm, as it may leave: its content in the clear, its note, its failure. Undefined: nothing had to be done about it. */
export function shownEvent(
  event: RecordedEvent,
  guard: ReadyGuard,
): { readonly event: RecordedEvent; readonly mark: GuardMark } | undefined {
  if (event.address.facet[0] !== 'arm') return undefined;
  const cleaner = new OutputCleaner(guard);
  const written = (event.written ?? event.body.data) as Written;
  const slot = slotOf(event);
  const parts = partsOf(slot).map((part) => cleanPart(part, cleaner));
  const note = written.note === undefined ? {} : { note: cleaner.text(written.note) };
  const message = written.failure?.message === undefined ? {} : { message: cleaner.text(written.failure.message) };
  const mark: GuardMark = { ...cleaner.verdict(), policyVersion: guard.version };
  if (mark.verdict === 'allow') return undefined;
  const blocked = mark.verdict === 'block';
  const data = {
    ...written,
    ...(blocked && written.note !== undefined ? { note: '' } : note),
    ...(written.failure === undefined ? {} : { failure: { ...written.failure, ...(blocked ? { message: '' } : message) } }),
    ...(slot?.clear === undefined ? {} : { content: { clear: { parts: blocked ? [] : parts } } }),
  };
  const shown = { ...event, body: { ...event.body, data } as RecordedEvent['body'] };
  return { event: event.written === undefined ? shown : { ...shown, written: data }, mark };
}
