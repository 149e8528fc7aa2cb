import { describe, expect, it } from '@jest/globals';
import { type Msg, headers as newHeaders } from '@nats-io/transport-node';
import { HeaderBlock, headersOf } from './header-block.ts';

const block = new HeaderBlock(
  'NATS/1.0\r\nce-id: a\r\nCe-Type:  task.accepted.v1 \r\nNats-Sequence: 1\r\nempty:\r\nNats-Sequence: 2\r\n\r\n',
);

describe('a block of headers', () => {
  it('tells the first line from the last', () => {
    expect([block.first('Nats-Sequence'), block.last('Nats-Sequence')]).toEqual(['1', '2']);
  });

  it('finds a name exactly, or in any case when asked so', () => {
    expect(block.first('ce-id')).toBe('a');
    expect(block.first('ce-type')).toBeUndefined();
    expect(block.any('ce-type')).toBe('task.accepted.v1');
    expect(block.first('id')).toBeUndefined();
    expect(block.first('empty')).toBe('');
  });

  it('reads a status', () => {
    const status = new HeaderBlock('NATS/1.0 409 Message Size Exceeds MaxBytes\r\nNats-Pending-Messages: 7\r\n\r\n');
    expect([status.status, status.description, status.last('Nats-Pending-Messages')]).toEqual([409, 'Message Size Exceeds MaxBytes', '7']);
    expect([block.status, new HeaderBlock('').status, new HeaderBlock('NATS/1.0 503\r\n\r\n').status]).toEqual([0, 0, 503]);
  });

  it('is had from the client in public, too', () => {
    const headers = newHeaders(404, 'No Results');
    headers.append('Nats-Sequence', '1');
    headers.append('Nats-Sequence', '2');
    const read = headersOf({ headers } as unknown as Msg);
    expect([read.status, read.description, read.first('Nats-Sequence'), read.last('Nats-Sequence')]).toEqual([404, 'No Results', '1', '2']);
    expect(headersOf({} as unknown as Msg).first('any')).toBeUndefined();
  });
});
