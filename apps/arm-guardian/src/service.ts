import { serveArm } from '@octobus/arm/service';
import { readyGuard } from '@octobus/guardrails';
import { type StartService, openContext, openPolicies } from '@octobus/service';
import { guardianWorker } from './guardian.worker.ts';

export const start: StartService = async (env) => {
  const context = await openContext('arm-guardian', env);
  const { policies, stop } = await openPolicies(context, (policy, version) => readyGuard(policy, { version }));
  const worker = guardianWorker((tenant) => policies.of(tenant));
  return serveArm(context, worker, { concurrency: 4, close: () => Promise.resolve(stop()) });
};
