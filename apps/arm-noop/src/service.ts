import { appendFileSync } from 'node:fs';
import { serveArm } from '@octobus/arm/service';
import { type StartService, openContext } from '@octobus/service';
import { type Effect, noopWorker } from './noop.worker.ts';

/** One line for every call that was made: what an operator's test counts. */
const writtenTo =
  (file: string): Effect =>
  (call) =>
    appendFileSync(file, `${JSON.stringify(call)}\n`);

export const start: StartService = async (env) => {
  const ledger = env['OCTO_NOOP_LEDGER'];
  const worker = noopWorker(ledger ? writtenTo(ledger) : undefined);
  return serveArm(await openContext('arm-noop', env), worker, { concurrency: 64 });
};
