import type { StepView, TaskView, Timeline } from '@octobus/task';
import { ERASED, answerText } from './answer-text.ts';
import { columns } from './columns.ts';
import { printable, printableLine, timelineLine } from './timeline-text.ts';

/** A task folded again from its events: when what happened, the steps with every attempt, the answer, the cost. */
export function replayText(view: TaskView, timeline: readonly Timeline[]): string {
  const first = timeline[0];
  const span = Date.parse(view.updatedAt) - Date.parse(view.createdAt);
  return [
    `Replay of task ${view.id}  ${view.state}`,
    ...(view.erased === true ? [`  ${ERASED}`] : view.goal === '' ? [] : [`  "${printable(view.goal)}"`]),
    `  ${view.events} events as recorded, sequences ${first?.sequence ?? 0} to ${view.lastSequence}, from ${view.createdAt}; no model was called`,
    '',
    ...timeline.map(timelineLine),
    ...(view.steps.length === 0 ? [] : ['', ...columns(view.steps.map(stepRow))]),
    '',
    answerText(view, span),
  ].join('\n');
}

function stepRow(step: StepView): readonly string[] {
  const took = step.durationMs === undefined ? '' : `${step.durationMs} ms`;
  const why = step.failure === undefined ? (step.note ?? '') : `${step.failure.code} ${step.failure.message}`;
  return [`  ${step.id}`, step.agent, step.attempt === 1 ? '' : `attempt ${step.attempt}`, step.state, took, printableLine(why)];
}
