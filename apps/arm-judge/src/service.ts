import { serveArm } from '@octobus/arm/service';
import { type StartService, openContext } from '@octobus/service';
import { judgeWorker } from './judge.worker.ts';

export const start: StartService = async (env) => serveArm(await openContext('arm-judge', env), judgeWorker, { concurrency: 4 });
