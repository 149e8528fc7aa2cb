// LangGraph.js as a peer of the bench: a library that keeps its checkpoints in Postgres, so that its graphs run in this process.
import { randomUUID } from 'node:crypto';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import pg from 'pg';
import { servePeer } from '../serve.mjs';

const POOL_SIZE = 20;
const DURABILITY = 'sync';
const UNTRACED = { LANGSMITH_TRACING: 'false', LANGCHAIN_TRACING_V2: 'false' };

const numbers = (count) => Array.from({ length: count }, (_, index) => index + 1);
const nameOf = (n) => `step${n}`;
let pool;
let graphs;

function line(count) {
  const graph = new StateGraph(Annotation.Root({ step: Annotation() }));
  for (const n of numbers(count)) graph.addNode(nameOf(n), () => ({ step: { ok: true, n } }));
  for (const n of numbers(count)) graph.addEdge(n === 1 ? START : nameOf(n - 1), nameOf(n));
  return graph.addEdge(nameOf(count), END);
}

async function run(graph) {
  const { step } = await graph.invoke({ step: { ok: true, n: 0 } }, { configurable: { thread_id: randomUUID() }, durability: DURABILITY });
  return step.ok && step.n > 0 ? 'completed' : 'failed';
}

servePeer({
  folder: import.meta.dirname,
  product: '@langchain/langgraph',
  start: async ({ postgres }) => {
    Object.assign(process.env, UNTRACED);
    pool = new pg.Pool({ connectionString: postgres, max: POOL_SIZE });
    const checkpointer = new PostgresSaver(pool);
    await checkpointer.setup();
    const drawn = { 'five-step': line(5), 'one-step': line(1) };
    graphs = Object.fromEntries(Object.entries(drawn).map(([name, graph]) => [name, graph.compile({ checkpointer })]));
    return [process.pid];
  },
  runOf: (workload) => () => run(graphs[workload]),
  stop: async () => pool?.end(),
});
