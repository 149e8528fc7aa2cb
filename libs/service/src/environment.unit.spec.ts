import { describe, expect, it } from '@jest/globals';
import { environment } from './environment.ts';

const invalid = (message: string | RegExp) => expect.objectContaining({ code: 'config-invalid', message: expect.stringMatching(message) });

describe('the environment of a service', () => {
  it('gives a text, or what stands in for it', () => {
    const read = environment({ NATS_URL: 'nats://a', EMPTY: '' });
    expect(read.text('NATS_URL')).toBe('nats://a');
    expect(read.text('EMPTY', 'b')).toBe('b');
    expect(read.text('ABSENT', 'c')).toBe('c');
    expect(() => read.text('EMPTY')).toThrow(invalid(/^EMPTY must be set/));
  });

  it('gives a whole number within its bounds and refuses everything else without showing it', () => {
    const read = environment({ N: '7', LOW: '0', HIGH: '11', PART: '1.5', WORD: 'secret', EMPTY: '' });
    const n = (name: string) => read.integer(name, 3, 1, 10);
    expect([n('N'), n('EMPTY'), n('ABSENT')]).toEqual([7, 3, 3]);
    for (const name of ['LOW', 'HIGH', 'PART', 'WORD'])
      expect(() => n(name)).toThrow(invalid(new RegExp(`^${name} must be a whole number from 1 to 10$`)));
  });
});
