import { createServer } from 'node:net';
import { stackFault } from './fault-codes.ts';

/** Whether this port of the loopback interface can be listened on now. */
export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return listenOnce(port, host).then((got) => got !== undefined);
}

/** Ports given away by this process: whoever got one may not listen on it yet. */
const given = new Set<number>();
const TRIES = 20;

/** A port nobody listens on, another one at each call; another program may take it before you do. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = await listenOnce(0, host);
    if (port === undefined) throw stackFault('no-free-port', { retryable: true, message: `No port of ${host} is free.` });
    if (given.has(port) && tries < TRIES) continue;
    given.add(port);
    return port;
  }
}

export interface PortWish {
  /** What the port is for, as the message names it. */
  readonly name: string;
  /** Set by the user: this one or a fault `port-taken`. */
  readonly wanted?: number | undefined;
  /** The environment variable or option that sets it, for the message. */
  readonly setting?: string;
  /** Used last time: taken again if it is free. */
  readonly kept?: number | undefined;
}

/** The wanted port, else the one kept from last time if it is free, else any free one. */
export async function choosePort(wish: PortWish): Promise<number> {
  if (wish.wanted !== undefined) {
    if (await isFree(wish.wanted)) return wish.wanted;
    const how = wish.setting === undefined ? 'choose another one' : `set ${wish.setting} to another one`;
    throw stackFault('port-taken', {
      retryable: false,
      message: `Port ${wish.wanted} for ${wish.name} is taken by another program: stop that program or ${how}.`,
      details: { port: wish.wanted },
    });
  }
  if (wish.kept !== undefined && (await isFree(wish.kept))) return wish.kept;
  return freePort();
}

function listenOnce(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const got = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(got));
    });
  });
}
