import { afterEach, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '@octobus/stack';
import { ApiFault, Client } from './client.ts';
import { isAccepted, untilAccepted } from './operator.ts';

let server: Server | undefined;

async function clientOf(listener: RequestListener): Promise<Client> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, 'octo_a_secret');
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const problem =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/problem+json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

const lastIdOf = (request: IncomingMessage): string | undefined => request.headers['last-event-id'] as string | undefined;
const stream = { 'content-type': 'text/event-stream' };

async function collect(client: Client): Promise<{ event: string; data: unknown }[]> {
  const seen: { event: string; data: unknown }[] = [];
  for await (const message of client.watch('t')) seen.push(message);
  return seen;
}

describe('the client of the REST API', () => {
  it('sends its key and nothing else of itself', async () => {
    let seen: IncomingMessage['headers'] = {};
    const client = await clientOf((request, response) => {
      seen = request.headers;
      response.end('{"items":[]}');
    });
    await client.documents();
    expect(seen.authorization).toBe('Bearer octo_a_secret');
  });

  it('turns a problem document into a fault with its code, detail and the places of the errors', async () => {
    const errors = [{ pointer: '/goal', message: 'is required' }];
    const client = await clientOf(
      problem(400, { code: 'command-invalid', title: 'Invalid', detail: 'the task has an invalid field', retryable: false, errors }),
    );
    const fault = await client.submit({}).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ApiFault);
    expect(fault).toMatchObject({
      code: 'command-invalid',
      retryable: false,
      status: 400,
      message: 'the task has an invalid field: /goal is required',
    });
  });

  it('keeps what the server says about trying again', async () => {
    const client = await clientOf(problem(503, { code: 'overloaded', title: 'At the limit', retryable: true }));
    await expect(client.task('t')).rejects.toMatchObject({ code: 'overloaded', retryable: true, message: 'At the limit' });
  });

  it('makes a fault of an answer that is no problem document', async () => {
    const client = await clientOf(problem(502, '<html>bad gateway</html>'));
    await expect(client.task('t')).rejects.toMatchObject({ code: 'http', status: 502, message: 'HTTP 502' });
  });

  it('says how to start the stack when nobody answers', async () => {
    const client = new Client(`http://127.0.0.1:${await freePort()}`, 'k');
    await expect(client.task('t')).rejects.toMatchObject({ code: 'not-running', message: expect.stringContaining('npm start') });
  });

  it('goes on after the last event it has seen when the stream breaks, and ends after done', async () => {
    const asked: (string | undefined)[] = [];
    const client = await clientOf((request, response) => {
      asked.push(lastIdOf(request));
      response.writeHead(200, stream);
      if (asked.length === 1) response.end('id: 5\nevent: a\ndata: 1\n\nid: 6\nevent: b\nda');
      else response.end('id: 6\nevent: b\ndata: 2\n\nevent: done\ndata: {"state":"completed"}\n\n');
    });
    const seen = await collect(client);
    expect(asked).toEqual([undefined, '5']);
    expect(seen.map(({ event, data }) => [event, data])).toEqual([
      ['a', 1],
      ['b', 2],
      ['done', { state: 'completed' }],
    ]);
  });

  it('does not come back to a stream that it is refused', async () => {
    let asked = 0;
    const client = await clientOf((request, response) => {
      asked++;
      problem(404, { code: 'task-unknown', detail: 'there is no task with this id here' })(request, response);
    });
    await expect(collect(client)).rejects.toMatchObject({ code: 'task-unknown' });
    expect(asked).toBe(1);
  });

  it('breaks a stream off when told to', async () => {
    const client = await clientOf((_request, response) => {
      response.writeHead(200, stream);
      response.write('data: 1\n\n');
    });
    const stop = new AbortController();
    const events = client.events('/v1/events', undefined, stop.signal);
    expect((await events.next()).value).toMatchObject({ data: '1' });
    stop.abort();
    await expect(events.next()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('waiting for a new key', () => {
  it('ends when the key is no longer unknown, also when its scopes do not allow the question', async () => {
    let asked = 0;
    const client = await clientOf((request, response) => problem(++asked < 3 ? 401 : 403, { code: 'x' })(request, response));
    await untilAccepted(client);
    expect(asked).toBe(3);
  });

  it('is a fault after the time', async () => {
    const client = await clientOf(problem(401, { code: 'unauthenticated' }));
    await expect(untilAccepted(client, 20)).rejects.toMatchObject({ code: 'key-not-accepted' });
  });

  it('does not take an overloaded gateway for a verdict', async () => {
    const client = await clientOf(problem(503, { code: 'overloaded', retryable: true }));
    await expect(isAccepted(client)).rejects.toMatchObject({ code: 'overloaded' });
  });
});
