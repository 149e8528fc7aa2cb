import { serveArm } from '@octobus/arm/service';
import { type StartService, openContext } from '@octobus/service';
import { noopWorker } from './noop.worker.ts';

export const start: StartService = async (env) => serveArm(await openContext('arm-noop', env), noopWorker, { concurrency: 64 });
