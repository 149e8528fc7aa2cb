import { afterEach, describe, expect, it } from '@jest/globals';
import { Command, CommanderError } from 'commander';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '../client/client.ts';
import type { Io } from '../io.ts';
import { tailUntil } from './events.ts';
import { keyCommands } from './keys.ts';

let server: Server | undefined;

async function clientOf(listener: RequestListener): Promise<Client> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'octo_a_secret');
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

class KeptIo implements Io {
  readonly json: boolean;
  readonly results: unknown[] = [];
  readonly lines: string[] = [];
  onResult: (count: number) => void = () => undefined;

  constructor(json: boolean) {
    this.json = json;
  }

  result(value: unknown, text: () => string): void {
    this.results.push(this.json ? value : text());
    this.onResult(this.results.length);
  }

  line(text: string): void {
    this.lines.push(text);
  }
}

const event = (sequence: number): string =>
  `id: ${sequence}\nevent: task\ndata: ${JSON.stringify({ sequence, at: '2026-01-01T10:11:12.345Z', aggregate: 'task', id: 'abc', facet: 'flow.end', type: 'task.completed.v1', actor: 'orchestrator' })}\n\n`;

describe('the tail of events', () => {
  it('comes back when the connection breaks, says that something may be missing, and ends when told to', async () => {
    let connections = 0;
    const client = await clientOf((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (++connections === 1) response.end(event(1));
      else response.write(event(9));
    });
    const io = new KeptIo(false);
    const stop = new AbortController();
    io.onResult = (count) => void (count === 3 && stop.abort());
    await tailUntil(stop.signal, client, io);
    expect(io.results).toEqual([
      '10:11:12.345        1  task     abc  task.completed.v1            orchestrator',
      '-- the connection broke: events may be missing here',
      '10:11:12.345        9  task     abc  task.completed.v1            orchestrator',
    ]);
  });

  it('gives events as they are with --json', async () => {
    const client = await clientOf((_request, response) => void response.writeHead(200).write(event(4)));
    const io = new KeptIo(true);
    const stop = new AbortController();
    io.onResult = () => stop.abort();
    await tailUntil(stop.signal, client, io);
    expect(io.results).toMatchObject([{ sequence: 4, type: 'task.completed.v1' }]);
  });

  it('is a fault when the key is refused', async () => {
    const client = await clientOf((_request, response) => void response.writeHead(401).end('{"code":"unauthenticated"}'));
    await expect(tailUntil(new AbortController().signal, client, new KeptIo(false))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is a fault when a key that was good is revoked while it watches', async () => {
    let connections = 0;
    const client = await clientOf((_request, response) => {
      if (++connections === 1) response.writeHead(200).end(event(1));
      else response.writeHead(401).end('{"code":"unauthenticated"}');
    });
    await expect(tailUntil(new AbortController().signal, client, new KeptIo(false))).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('making a key', () => {
  const made = { keyId: 'aa', key: 'octo_aa_secretsecretsecretsecret', tenant: 'default', scopes: ['tasks:read'] };

  async function run(client: Client, io: Io, args: readonly string[]): Promise<void> {
    const program = new Command('octobus');
    keyCommands(program, { client: () => client, io: () => io, exit: () => undefined });
    for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
      command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    }
    await program.parseAsync(['node', 'octobus', 'key', ...args]);
  }

  it('waits until the gateway accepts the key before it shows it', async () => {
    const seen: string[] = [];
    const client = await clientOf((request, response) => {
      seen.push(`${request.method} ${request.headers.authorization}`);
      if (request.method === 'POST') response.writeHead(202).end(JSON.stringify(made));
      else response.writeHead(seen.length < 4 ? 401 : 200).end('{}');
    });
    const io = new KeptIo(true);
    await run(client, io, ['create', '--label', 'laptop']);
    expect(seen).toEqual(['POST Bearer octo_a_secret', ...Array.from({ length: 3 }, () => `GET Bearer ${made.key}`)]);
    expect(io.results).toEqual([made]);
  });

  it('sends scopes and an expiry that was given from now', async () => {
    let body: { scopes?: string[]; expiresAt?: string } = {};
    const client = await clientOf((request, response) => {
      if (request.method !== 'POST') return void response.end('{}');
      request.on('data', (chunk: Buffer) => (body = JSON.parse(chunk.toString('utf8')) as typeof body));
      return void request.on('end', () => response.writeHead(202).end(JSON.stringify(made)));
    });
    const before = Date.now();
    await run(client, new KeptIo(true), ['create', '--scopes', 'tasks:read, documents:read', '--expires', '12h']);
    expect(body.scopes).toEqual(['tasks:read', 'documents:read']);
    expect(Math.abs(Date.parse(body.expiresAt ?? '') - before - 12 * 3_600_000)).toBeLessThan(5_000);
  });

  it.each([
    ['a scope that there is not', ['create', '--scopes', 'everything']],
    ['a time that is none', ['create', '--expires', 'tomorrow']],
    ['a time that has passed', ['create', '--expires', '2001-01-01T00:00:00Z']],
  ])('is a mistake of usage with %s', async (_what, args) => {
    const client = new Client('http://127.0.0.1:1', 'k');
    await expect(run(client, new KeptIo(false), args)).rejects.toBeInstanceOf(CommanderError);
  });
});
