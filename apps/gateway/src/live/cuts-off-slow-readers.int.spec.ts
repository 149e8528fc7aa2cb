import { once } from 'node:events';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instantOf } from '@octobus/kernel';
import fastify, { type FastifyInstance } from 'fastify';
import { KeyRing } from '../auth/key-ring.ts';
import { Gate } from '../limits/gate.ts';
import { OpenEnds } from '../limits/open-ends.ts';
import { EventStream } from './event-stream.ts';

const principal = { tenant: 'acme', keyId: 'k', keyDigest: 'd', actor: 'key:k', origin: 'rest', scopes: ['tasks:read'] } as const;
const LINE = { text: 'x'.repeat(10_000) };

let server: FastifyInstance;
let streams: Gate;
let keys: KeyRing;
let opened: PromiseWithResolvers<EventStream>;

beforeEach(async () => {
  streams = new Gate(2);
  keys = new KeyRing(
    () => Promise.resolve(undefined),
    () => instantOf(Date.now()),
  );
  opened = Promise.withResolvers();
  server = fastify();
  server.get('/', (request, reply) => {
    opened.resolve(EventStream.open({ streams, keys, openEnds: new OpenEnds() }, principal, request, reply));
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => server.close());

async function reader(): Promise<{ socket: Socket; stream: EventStream }> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  return { socket, stream: await opened.promise };
}

describe('an event stream', () => {
  it('cuts off a reader who does not read, long before much has piled up, and frees the place', async () => {
    const { socket, stream } = await reader();
    socket.pause();
    let closed = false;
    stream.onClose(() => (closed = true));
    let sent = 0;
    for (; !closed && sent < 10_000; sent++) {
      stream.send(String(sent), 'line', LINE);
      if (sent % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(closed).toBe(true);
    expect(sent * LINE.text.length).toBeLessThan(20_000_000);
    expect(streams.count).toBe(0);
    const end = once(socket, 'close');
    socket.resume();
    await end;
  });

  it('that waits for its reader holds next to nothing for a slow one, and gives them everything in the end', async () => {
    const { socket, stream } = await reader();
    socket.pause();
    const message = `data: ${LINE.text}\n\n`;
    let offered = 0;
    const offering = (async () => {
      for (; offered < 2_000; offered++) await stream.offer(message);
      stream.close();
    })();
    let before = -1;
    while (before < offered) {
      before = offered;
      for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(offered * message.length).toBeLessThan(15_000_000);
    expect(stream.isOpen).toBe(true);
    let received = 0;
    socket.on('data', (chunk: Buffer) => (received += chunk.length));
    const end = once(socket, 'close');
    socket.resume();
    await offering;
    await end;
    expect(received).toBeGreaterThan(2_000 * message.length);
  });

  it('keeps a reader who reads, whatever the amount', async () => {
    const { socket, stream } = await reader();
    let received = 0;
    socket.on('data', (chunk: Buffer) => (received += chunk.length));
    for (let sent = 0; sent < 3_000; sent++) {
      stream.send(String(sent), 'line', LINE);
      while (received < sent * LINE.text.length) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(streams.count).toBe(1);
    stream.close();
    await once(socket, 'end');
    expect(received).toBeGreaterThan(30_000_000);
    expect(streams.count).toBe(0);
  });

  it('ends with its key, and with no other', async () => {
    const { socket } = await reader();
    socket.resume();
    keys.revoke('globex', 'k');
    keys.revoke('acme', 'other');
    expect(streams.count).toBe(1);
    const end = once(socket, 'end');
    keys.revoke('acme', 'k');
    await end;
    expect(streams.count).toBe(0);
  });
});
