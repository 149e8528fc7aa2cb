/**
 * Events a second into Postgres: `node --conditions=@octobus/source --experimental-transform-types apps/projector/test/rate.bench.ts <postgres url> [events]`.
 * The database is emptied. Prints one JSON line a round; rounds with more than 10 % of steal time are flagged.
 */
import { readFileSync } from 'node:fs';
import { connectPostgres } from '@octobus/postgres';
import type { ReadModelDatabase } from '@octobus/read-models';
import { generateHistory } from '@octobus/read-models/testing';
import { sql } from 'kysely';
import { Projector } from '../src/projector.ts';
import { PlantedLog } from './planted-log.ts';

const [url = '', wanted = '100000'] = process.argv.slice(2);
const events = generateHistory({ tasks: Math.ceil(Number(wanted) / 17) }).slice(0, Number(wanted));

function processorTimes(): { readonly all: number; readonly steal: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const times = line.split(/ +/).slice(1).map(Number);
  return { all: times.reduce((sum, n) => sum + n, 0), steal: times[7] ?? 0 };
}

async function measured(work: () => Promise<void>): Promise<object> {
  const before = processorTimes();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const after = processorTimes();
  const steal = (after.steal - before.steal) / Math.max(after.all - before.all, 1);
  return {
    events: events.length,
    seconds: Number(seconds.toFixed(3)),
    perSecond: Math.round(events.length / seconds),
    steal: Number(steal.toFixed(3)),
    flagged: steal > 0.1,
  };
}

async function round(mode: string, fold: (projector: Projector) => Promise<void>, batchSize: number): Promise<void> {
  const db = connectPostgres<ReadModelDatabase>(url, { max: 2 });
  await sql`drop schema public cascade`.execute(db);
  await sql`create schema public`.execute(db);
  const log = new PlantedLog();
  const projector = new Projector({ db, log, stream: 'EVENTS', batchSize });
  await projector.start();
  log.plantAll(events);
  const figures = await measured(() => fold(projector));
  const { transactions } = projector.progress;
  process.stdout.write(`${JSON.stringify({ mode, batchSize, transactions, ...figures })}\n`);
  await db.destroy();
}

const fromLog = (projector: Projector): Promise<void> => projector.catchUp();

/** As the consumer host does: at most 500 unresolved. */
async function delivered(projector: Projector): Promise<void> {
  const open = new Set<Promise<void>>();
  for (const event of events) {
    const done: Promise<void> = projector.accept(event).finally(() => open.delete(done));
    open.add(done);
    if (open.size >= 500) await Promise.race(open);
  }
  await Promise.all(open);
}

for (const batchSize of [500, 1000, 2000]) await round('catch up', fromLog, batchSize);
await round('delivered, 500 open', delivered, 2000);
