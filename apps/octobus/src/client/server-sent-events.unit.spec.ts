import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ServerSentEvent, serverSentEvents } from './server-sent-events.ts';

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts, bytes.length].toSorted((a, b) => a - b)) {
    if (cut > from) yield bytes.subarray(from, cut);
    from = Math.max(from, cut);
  }
}

async function read(text: string, cuts: readonly number[] = []): Promise<ServerSentEvent[]> {
  const messages: ServerSentEvent[] = [];
  for await (const message of serverSentEvents(chunksOf(new TextEncoder().encode(text), cuts))) messages.push(message);
  return messages;
}

const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\ufeff]/g, ''));
const sent = fc.record({
  id: fc.option(fc.nat().map(String), { nil: undefined }),
  event: fc.constantFrom('task.done', 'done'),
  data: fc.array(line, { minLength: 1 }),
});
const end = fc.constantFrom('\n', '\r\n', '\r');

describe('reading an event stream', () => {
  it('gives the same messages however the bytes are cut and whatever ends the lines', () =>
    fc.assert(
      fc.asyncProperty(fc.array(sent), end, fc.array(fc.nat(2000)), async (messages, newline, cuts) => {
        const text = messages
          .map(({ id, event, data }) =>
            [...(id === undefined ? [] : [`id: ${id}`]), `event: ${event}`, ...data.map((part) => `data: ${part}`), '', ''].join(newline),
          )
          .join('');
        expect(await read(text, cuts)).toEqual(messages.map(({ id, event, data }) => ({ id, event, data: data.join('\n') })));
      }),
      { numRuns: 300 },
    ));

  it('gives the same messages for hostile bytes however they are cut', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('\n', '\r', ':', ' ', 'data', 'id', 'é', '')),
        fc.array(fc.nat(60)),
        async (pieces, cuts) => {
          const text = pieces.join('');
          expect(await read(text, cuts)).toEqual(await read(text));
        },
      ),
      { numRuns: 500 },
    ));

  it('skips heartbeats and messages without data', async () => {
    expect(await read(': alive\n\nevent: x\n\ndata: 1\n\n')).toEqual([{ id: undefined, event: 'message', data: '1' }]);
  });

  it('does not take a message that was cut off before its end', async () => {
    expect(await read('data: 1\n\ndata: {"half')).toEqual([{ id: undefined, event: 'message', data: '1' }]);
  });

  it('takes away one blank after the colon and no more', async () => {
    expect((await read('data:  two\n\n'))[0]?.data).toBe(' two');
    expect((await read('data:none\n\n'))[0]?.data).toBe('none');
  });

  it('does not hand the name or id of one message to the next', async () => {
    expect(await read('id: 7\nevent: done\ndata: a\n\ndata: b\n\n')).toEqual([
      { id: '7', event: 'done', data: 'a' },
      { id: undefined, event: 'message', data: 'b' },
    ]);
  });
});
