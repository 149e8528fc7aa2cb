import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventStreamReader } from './event-stream-reader.ts';
import { HttpResponseReader, httpRequest } from './http-response.ts';

/** Cuts bytes at places that chance picks. */
const cuts = (length: number): fc.Arbitrary<readonly number[]> =>
  fc.uniqueArray(fc.nat({ max: length }), { maxLength: 12 }).map((places) => [0, ...places.toSorted((a, b) => a - b), length]);
const pieces = <T>(places: readonly number[], slice: (from: number, to: number) => T): T[] =>
  places.slice(1).map((to, i) => slice(places[i] ?? 0, to));

describe('responses on a connection that stays open', () => {
  const bodies = ['{"id":"1"}', '', 'größer'];
  const bytes = (body: string): Buffer =>
    Buffer.from(`HTTP/1.1 ${body === '' ? 404 : 200} X\r\nx-a: b\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, 'utf8');

  it.each(bodies)('are read whole, however their bytes are cut: %p', (body) => {
    const response = bytes(body);
    fc.assert(
      fc.property(cuts(response.length), (places) => {
        const reader = new HttpResponseReader();
        const read = pieces(places, (from, to) => reader.take(response.subarray(from, to))).filter((one) => one !== undefined);
        expect(read).toEqual([{ status: body === '' ? 404 : 200, body }]);
      }),
    );
  });

  it('are read one after another', () => {
    const reader = new HttpResponseReader();
    expect(bodies.map((body) => reader.take(bytes(body))?.body)).toEqual(bodies);
  });

  it('are refused when nobody says how long they are', () => {
    expect(() => new HttpResponseReader().take(Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'))).toThrow(
      'Content-Length',
    );
  });

  it('answer requests that tell the bytes of their body', () => {
    const text = httpRequest(new URL('http://127.0.0.1:8420/v1/tasks?a=b'), 'POST', 'key', '{"goal":"ö"}').toString('utf8');
    expect(text).toMatch(/^POST \/v1\/tasks\?a=b HTTP\/1\.1\r\nhost: 127\.0\.0\.1:8420\r\nauthorization: Bearer key\r\n/);
    expect(text).toContain('content-length: 13\r\n\r\n{"goal"');
    expect(httpRequest(new URL('http://h/'), 'GET', 'key').toString()).not.toContain('content-length');
  });
});

describe('an event stream', () => {
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
  const messages = ['id: 7\nevent: a.v1\ndata: {"at":"x"}\n\n', ': alive\n\n', 'event: done\ndata: {"state":"completed"}\n\n'];
  const response = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${messages.map(chunk).join('')}0\r\n\r\n`;

  it('gives every message once, however its bytes are cut', () => {
    fc.assert(
      fc.property(cuts(response.length), (places) => {
        const reader = new EventStreamReader();
        const events = pieces(places, (from, to) => reader.take(response.slice(from, to))).flat();
        expect(events).toEqual([
          { sequence: 7, event: 'a.v1', data: '{"at":"x"}' },
          { sequence: undefined, event: 'done', data: '{"state":"completed"}' },
        ]);
      }),
    );
  });

  it('reads a message that comes in two chunks', () => {
    const reader = new EventStreamReader();
    const [head = ''] = response.split('\r\n\r\n', 1);
    expect(reader.take(`${head}\r\n\r\n`)).toEqual([]);
    expect(reader.open).toBe(true);
    expect(reader.take(chunk('id: 8\neve') + chunk('nt: b.v1\ndata: {}\n\n'))).toEqual([{ sequence: 8, event: 'b.v1', data: '{}' }]);
  });

  it('is not open before its head is there, and refused with any other status', () => {
    const reader = new EventStreamReader();
    reader.take('HTTP/1.1 200 OK\r\n');
    expect(reader.open).toBe(false);
    expect(() => new EventStreamReader().take('HTTP/1.1 503 Service Unavailable\r\nx: y\r\n\r\n')).toThrow('503');
  });
});
