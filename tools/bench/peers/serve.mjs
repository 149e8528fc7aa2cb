import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const readJson = (folder, name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

/**
 * Makes a peer of the process: it takes orders by IPC and answers each (their form is in ../README.md of the harness). `folder` holds its package.json and
 * peer.json, `product` is the package whose version is told. `start` answers the processes that are the peer's, `runOf(workload, mode)`
 * a function that makes one run and answers "completed" or what became of it.
 */
export function servePeer({ folder, product, start, runOf, stop }) {
  const version = readJson(folder, 'package.json').dependencies[product];
  const { durability, setup, modes } = readJson(folder, 'peer.json');
  let load;
  const orders = {
    start: async ({ load: path, ...order }) => {
      load = await import(path);
      return { version, durability, setup, modes, pids: await start(order) };
    },
    measure: async ({ workload, mode, ...loop }) => {
      const door = { run: telling(runOf(workload, mode)) };
      return load.closedLoop(door, { ...loop, signal: new AbortController().signal });
    },
    stop: async () => {
      await stop();
      return {};
    },
  };
  process.once('disconnect', () => {
    const leave = () => process.exit(0);
    stop().then(leave, leave);
  });
  process.on('message', ({ id, do: what, ...order }) => void answer(orders[what], id, order, what === 'stop'));
}

async function answer(order, id, given, last) {
  const said = await order(given).then(
    (ok) => ({ id, ok }),
    (error) => ({ id, error: String(error?.message ?? error) }),
  );
  process.send(said, () => {
    if (last) process.exit(0);
  });
}

/** The load loop only counts what went wrong: the first error of a measurement is written out. */
function telling(run) {
  let told = false;
  return () =>
    run().catch((error) => {
      if (!told) process.stderr.write(`${error?.stack ?? error}\n`);
      told = true;
      throw error;
    });
}
