// Mastra as a peer of the bench: a library that keeps its snapshots in Postgres, so that its workflows run in this process.
import { Mastra } from '@mastra/core';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { PostgresStore } from '@mastra/pg';
import { z } from 'zod';
import { servePeer } from '../serve.mjs';

const POOL_SIZE = 32;
const schema = z.object({ ok: z.boolean(), n: z.number() });

const numbers = (count) => Array.from({ length: count }, (_, index) => index + 1);
const step = (n) => createStep({ id: `step${n}`, inputSchema: schema, outputSchema: schema, execute: async () => ({ ok: true, n }) });

const line = (id, count) =>
  numbers(count)
    .reduce((steps, n) => steps.then(step(n)), createWorkflow({ id, inputSchema: schema, outputSchema: schema }))
    .commit();

let storage;
let workflows;

async function run(given) {
  const started = await given.createRun();
  const { status } = await started.start({ inputData: { ok: true, n: 0 } });
  return status === 'success' ? 'completed' : status;
}

servePeer({
  folder: import.meta.dirname,
  product: '@mastra/core',
  start: async ({ postgres }) => {
    process.env.MASTRA_TELEMETRY_DISABLED = '1';
    storage = new PostgresStore({ id: 'bench', connectionString: postgres, max: POOL_SIZE });
    await storage.init();
    workflows = { 'five-step': line('five-step', 5), 'one-step': line('one-step', 1) };
    new Mastra({ storage, logger: false, workflows });
    return [process.pid];
  },
  runOf: (workload) => () => run(workflows[workload]),
  stop: async () => storage?.close(),
});
