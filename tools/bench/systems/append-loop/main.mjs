// A yardstick: appends to one stream of the same nats-server with nothing of Octobus, each waiting for the fsync of the one before. Orders by IPC.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { freePort, startNatsProcess } from '@octobus/stack';
import { serve } from '../serve.mjs';

/** What the durable log of a five-step run takes at most: ingress, accepted, 5 steps, 5 outcomes, completed. */
const APPENDS = 13;
const PAYLOAD = Buffer.alloc(500, 'x');
let server;
let connection;
let load;

async function start({ dir, load: path }) {
  load = await import(path);
  const configFile = join(dir, 'nats.conf');
  writeFileSync(configFile, 'jetstream {\n  sync_interval: always\n}\n');
  server = await startNatsProcess({
    binary: process.env.OCTO_NATS_SERVER,
    configFile,
    dataDir: join(dir, 'data'),
    port: await freePort(),
    pidFile: join(dir, 'nats.pid'),
    logFile: join(dir, 'nats.log'),
  });
  connection = await connect({ servers: server.url });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'YARDSTICK', subjects: ['yardstick.>'], storage: 'file' });
  const setup = `${APPENDS} appends a run, each after the last one's ack, sync_interval: always`;
  return { version: connection.info?.version, durability: 'fsync', setup, modes: ['services'], pids: [server.pid(), process.pid] };
}

async function run(stream) {
  const subject = `yardstick.${randomUUID()}`;
  for (let n = 0; n < APPENDS; n++) await stream.publish(subject, PAYLOAD);
  return 'completed';
}

serve({
  start,
  measure: ({ clients, warmupMs, measureMs }) => {
    const stream = jetstream(connection);
    return load.closedLoop({ run: () => run(stream) }, { clients, warmupMs, measureMs, signal: new AbortController().signal });
  },
  stop: async () => {
    await connection?.close();
    await server?.stop();
    return {};
  },
});
