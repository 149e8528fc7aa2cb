import { serveArm } from '@octobus/arm/service';
import { createModelProvider } from '@octobus/models';
import { type StartService, openContext } from '@octobus/service';
import { generalistWorker } from './generalist.worker.ts';

export const start: StartService = async (env) => {
  const provider = createModelProvider(env);
  return serveArm(await openContext('arm-generalist', env), generalistWorker(provider), { concurrency: provider.offline ? 8 : 32 });
};
