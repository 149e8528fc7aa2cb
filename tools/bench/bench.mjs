import { findNats } from '../bootstrap/nats.mjs';
import { Trouble, UNAVAILABLE } from '../bootstrap/say.mjs';
import { machineOf, versionsOf } from './machine.mjs';
import { PeersPostgres } from './postgres.mjs';
import { runRounds } from './rounds.mjs';
import { ratiosOf, rowsOf } from './rows.mjs';
import { makeScratch } from './scratch.mjs';

/** Measures the systems and answers `{ machine, rows, ratios, ... }`; everything started is stopped and removed, whatever comes. */
export async function bench(systems, options, { say, signal }) {
  const nats = process.env.OCTO_NATS_SERVER ?? findNats()?.path;
  if (nats === undefined) throw new Trouble('There is no nats-server here: run npm run bench, which fetches one.', UNAVAILABLE);
  process.env.OCTO_NATS_SERVER = nats;
  const scratch = makeScratch();
  try {
    const at = new Date().toISOString();
    const machine = machineOf(scratch.path);
    const postgres = new PeersPostgres(scratch.path);
    const seen = await runRounds(systems, options, { say, signal, scratch: scratch.path, postgres });
    const rows = rowsOf(systems, options, seen);
    const { workload, rounds, seconds, warmup } = options;
    return {
      machine,
      rows,
      ratios: ratiosOf(rows),
      workload,
      rounds,
      seconds,
      warmupSeconds: warmup,
      at,
      versions: versionsOf(nats),
      seen,
    };
  } finally {
    scratch.remove();
  }
}
