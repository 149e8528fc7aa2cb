import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { addBodies } from './bodies.ts';

let server: FastifyInstance;
let bodies: unknown[];

beforeEach(async () => {
  bodies = [];
  server = fastify();
  addBodies(server, 200);
  server.setErrorHandler((error: Error, _request, reply) => reply.code(400).header('connection', 'close').send(error.message));
  server.post('/', (request) => {
    bodies.push(request.body);
    return 'ok';
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => server.close());

const head = (more: string): string =>
  `POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n${more}\r\n\r\n`;

/** Sends the parts, the second one when the first has been sent, and gives what comes back. */
function talk(first: string, second = ''): Promise<string> {
  return new Promise((resolve) => {
    let back = '';
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1', () =>
      socket.write(first, () => socket.write(second)),
    );
    socket.on('data', (chunk: Buffer) => (back += chunk.toString())).on('error', () => undefined);
    socket.once('close', () => resolve(back));
  });
}

describe('a JSON body', () => {
  it('is read whole, however it is cut', async () => {
    expect(await talk(head('transfer-encoding: chunked'), '7\r\n{"goal"\r\n4\r\n:1 }\r\n0\r\n\r\n')).toMatch(/ 200 /);
    expect(bodies).toEqual([{ goal: 1 }]);
  });

  it('that does not come in time is refused, so that nobody holds a place for ever', async () => {
    const began = performance.now();
    expect(await talk(head('content-length: 100'), '{"goal":')).toMatch(/ 400 .*took more than 200 ms/s);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(bodies).toEqual([]);
  });

  it.each([
    [64, 200],
    [66, 400],
    [200_000, 400],
  ])('of %i levels is answered with %i', async (levels, status) => {
    const text = `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(await talk(head(`content-length: ${text.length}`) + text)).toContain(` ${status} `);
  });
});
