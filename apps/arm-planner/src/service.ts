import { randomBytes } from 'node:crypto';
import { paidProvider } from '@octobus/arm';
import { serveArm } from '@octobus/arm/service';
import { createModelProvider, planWithModel } from '@octobus/models';
import { type StartService, openContext } from '@octobus/service';
import { plannerWorker } from './planner.worker.ts';

const MOST_STEPS = 12;

export const start: StartService = async (env) => {
  const provider = createModelProvider(env);
  const worker = plannerWorker(async (step) => {
    const boundary = randomBytes(12).toString('hex');
    const { plan, source } = await planWithModel(paidProvider(provider, step), step.instruction, {
      documents: true,
      maxSteps: MOST_STEPS,
      boundary,
    });
    return { draft: plan, origin: source };
  });
  return serveArm(await openContext('arm-planner', env), worker, { concurrency: provider.offline ? 8 : 32 });
};
