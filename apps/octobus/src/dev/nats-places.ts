import { join } from 'node:path';
import { Fault } from '@octobus/kernel';
import { holdsEvents } from './store.ts';

/** Where one nats-server of the stack has its files. */
export interface ServerPlace {
  /** Of the process, and with a cluster of the server. */
  readonly name: string;
  readonly configFile: string;
  readonly dataDir: string;
  readonly pidFile: string;
  readonly logFile: string;
}

/** Servers that a stack can have: one, or a cluster that bears the loss of one. */
export type ServerCount = 1 | 3;

const dataRoot = (folder: string): string => process.env['OCTO_NATS_DIR'] || join(folder, 'nats', 'data');

/** A cluster has stores of its own: the server would delete the streams that one server alone made. */
export function serverPlaces(folder: string, count: ServerCount): readonly ServerPlace[] {
  return Array.from({ length: count }, (_, i) => {
    const suffix = i === 0 ? '' : `-${i + 1}`;
    return {
      name: count === 1 ? 'nats-server' : `nats-server-${i + 1}`,
      configFile: join(folder, 'nats', `nats${suffix}.conf`),
      dataDir: count === 1 ? dataRoot(folder) : `${dataRoot(folder)}-${i + 1}`,
      pidFile: join(folder, 'nats', `nats${suffix}.pid`),
      logFile: join(folder, 'logs', `nats${suffix}.log`),
    };
  });
}

/** Fault `config-invalid` when this folder's log was begun with another number of servers: it would not be found. */
export function assertSameCount(folder: string, count: ServerCount): void {
  const other: ServerCount = count === 1 ? 3 : 1;
  if (!serverPlaces(folder, other).some(({ dataDir }) => holdsEvents(dataDir))) return;
  throw new Fault('config-invalid', {
    retryable: false,
    message: `the event log of ${folder} was begun with OCTO_REPLICAS=${other}: set that, or use another folder (OCTO_DIR)`,
  });
}
