// DBOS Transact as a peer of the bench: a library over Postgres, so that its workflows run in this process.
import { DBOS } from '@dbos-inc/dbos-sdk';
import { servePeer } from '../serve.mjs';

const POOL_SIZE = 20;
const FAN_OUT = 100;

const numbers = (count) => Array.from({ length: count }, (_, index) => index + 1);
const step = (n) => DBOS.runStep(async () => ({ ok: true, n }), { name: `step${n}` });

async function inTurn(count) {
  const results = [];
  for (const n of numbers(count)) results.push(await step(n));
  return results.every(({ ok }) => ok);
}

/** Started in a fixed order and all waited for, as its documentation asks of parallel steps. */
async function atOnce() {
  const results = await Promise.allSettled(numbers(FAN_OUT).map(step));
  return results.every(({ value }) => value?.ok);
}

const workflows = {
  'five-step': DBOS.registerWorkflow(() => inTurn(5), { name: 'fiveStep' }),
  'one-step': DBOS.registerWorkflow(() => inTurn(1), { name: 'oneStep' }),
  'fan-out': DBOS.registerWorkflow(atOnce, { name: 'fanOut' }),
};

servePeer({
  folder: import.meta.dirname,
  product: '@dbos-inc/dbos-sdk',
  start: async ({ postgres }) => {
    DBOS.setConfig({ name: 'bench', systemDatabaseUrl: postgres, systemDatabasePoolSize: POOL_SIZE, logLevel: 'error', enableOTLP: false });
    await DBOS.launch();
    return [process.pid];
  },
  runOf: (workload) => {
    const workflow = workflows[workload];
    return async () => ((await workflow()) ? 'completed' : 'failed');
  },
  stop: () => DBOS.shutdown(),
});
