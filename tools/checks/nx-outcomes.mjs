import { writeFileSync } from 'node:fs';

/** Nx plugin: leaves the outcome of every task as JSON in the file that $OCTO_NX_OUTCOMES names. `tools/verify.mjs` reads it. */
export const name = 'nx-outcomes';

export function postTasksExecution(_options, { taskResults }) {
  const file = process.env.OCTO_NX_OUTCOMES;
  if (file === undefined) return;
  const outcomes = Object.values(taskResults).map(({ task, status, code, terminalOutput }) => ({
    target: task.target.target,
    status,
    code,
    ms: (task.endTime ?? 0) - (task.startTime ?? 0),
    output: terminalOutput ?? '',
  }));
  writeFileSync(file, JSON.stringify(outcomes));
}
