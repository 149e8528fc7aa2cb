import { describe, expect, it } from '@jest/globals';
import { Fault, isFault } from './fault.ts';

describe('a fault', () => {
  it('says what went wrong, whether to try again, and why', () => {
    const cause = new Error('socket closed');
    const fault = new Fault('bus-unavailable', { retryable: true, message: 'the bus is away', cause, details: { port: 4222 } });
    expect({ ...fault, message: fault.message, cause: fault.cause }).toMatchObject({
      code: 'bus-unavailable',
      retryable: true,
      message: 'the bus is away',
      details: { port: 4222 },
      cause,
    });
    expect(new Fault('x', { retryable: false, message: '' }).cause).toBeUndefined();
  });

  it('is recognised by code, from another copy of the class too', () => {
    const fault = new Fault('bus-unavailable', { retryable: true, message: '' });
    const copy = Object.assign(new Error(''), { name: 'Fault', code: 'bus-unavailable', retryable: true, details: {} });
    for (const one of [fault, copy]) {
      expect(isFault(one)).toBe(true);
      expect(isFault(one, 'bus-unavailable')).toBe(true);
      expect(isFault(one, 'bus-denied')).toBe(false);
    }
    for (const other of [new Error('bus-unavailable'), 'bus-unavailable', undefined, { name: 'Fault', code: 'bus-unavailable' }]) {
      expect(isFault(other)).toBe(false);
    }
  });
});
