// Octobus as a system of the bench: the stack that `octobus dev` starts, its load over a public door. Orders and answers by IPC (../../peers/README.md).
import { stackOf } from './stack.mjs';
import { submissionFor } from './submission.mjs';
import { serve } from '../serve.mjs';

let stack;
let load;
const stopping = new AbortController();

serve({
  start: async ({ dir, load: path, durability, door, streams }) => {
    load = await import(path);
    stack = stackOf({ dir, durability, door, streams, signal: stopping.signal });
    const { facts, overrides } = await stack;
    return {
      ...facts,
      setup: `octobus dev, ${door === 'rest' ? 'POST /v1/tasks with Prefer: wait' : 'ingress over NATS'}${overrides}`,
    };
  },
  measure: async ({ workload, mode, clients, warmupMs, measureMs }) => {
    const { openDoor } = await stack;
    const door = await openDoor(submissionFor(workload, mode));
    try {
      return await load.closedLoop(door, { clients, warmupMs, measureMs, signal: new AbortController().signal });
    } finally {
      await door.close();
    }
  },
  stop: async () => {
    stopping.abort();
    const running = await stack?.catch(() => undefined);
    await running?.stop();
    return {};
  },
});
