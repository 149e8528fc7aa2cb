import { serveArm } from '@octobus/arm/service';
import { type MemorySearchAnswer, QUERIES } from '@octobus/contracts';
import { ask } from '@octobus/jetstream';
import { type StartService, openContext } from '@octobus/service';
import { retrieverWorker } from './retriever.worker.ts';

const ANSWER_WITHIN_MS = 5_000;

export const start: StartService = async (env) => {
  const context = await openContext('arm-retriever', env);
  const worker = retrieverWorker((request) => ask<MemorySearchAnswer>(context.bus, QUERIES.memorySearch, request, ANSWER_WITHIN_MS));
  return serveArm(context, worker, { concurrency: 16 });
};
