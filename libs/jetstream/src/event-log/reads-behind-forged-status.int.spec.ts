import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { facet, scope, taskPrefix, toHeaders } from '@octobus/contracts';
import { envelopeOf } from '@octobus/event-log/testing';
import { type TestBus, openTestBus } from '../../test/bus.ts';
import { JetStreamEventLog } from './jetstream-event-log.ts';

/** Publishes with a header block of one's own making, as no client library would, and waits until it is stored. */
async function publishRaw(port: number, subject: string, block: string, body: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'data');
  const length = Buffer.byteLength(block);
  socket.write('CONNECT {"verbose":false,"headers":true}\r\n');
  socket.write(`SUB ack.raw 1\r\nHPUB ${subject} ack.raw ${length} ${length + Buffer.byteLength(body)}\r\n${block}${body}\r\n`);
  for await (const chunk of socket) if (String(chunk).includes('"seq"')) break;
  socket.destroy();
}

describe('a message that says of itself that it is the end of an answer', () => {
  let test: TestBus;
  beforeAll(async () => {
    test = await openTestBus();
  });
  afterAll(() => test.close());

  it.each(['NATS/1.0 204 EOB', 'NATS/1.0 404 No Results', 'NATS/1.0 503', 'NATS/1.0 413 Too Many Results'])(
    'hides nothing behind it: %s',
    async (status) => {
      const log = new JetStreamEventLog(test.bus, { timeoutMs: 1_000, tries: 1 });
      const id = randomUUID();
      const prefix = taskPrefix('acme', id);
      await publishRaw(test.nats.port, `${prefix}.${facet.steps(1)}`, `${status}\r\n\r\n`, '');
      const headers = toHeaders(envelopeOf('task.steps-scheduled.v1', id));
      const block = `NATS/1.0\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
      await publishRaw(test.nats.port, `${prefix}.${facet.steps(2)}`, block, '{}');
      const places = (events: readonly { readonly subject: string }[]): string[] =>
        events.map(({ subject }) => subject.slice(prefix.length + 1));
      expect(places(await log.load([scope.flow(prefix)]))).toEqual(['flow.steps.2']);
      const read: string[] = [];
      for await (const batch of log.read(scope.flow(prefix), 1)) read.push(...places(batch));
      expect(read).toEqual(['flow.steps.2']);
      expect(await log.last(`${prefix}.${facet.steps(1)}`)).toBeUndefined();
      expect(log.dropped).toBe(3);
    },
  );
});
