import { describe, expect, it } from '@jest/globals';
import { deliveryInfoOf } from './pulled-message.ts';

const expected = { deliveries: 3, sequence: 4711, storedAt: 1_795_262_400_123 };

describe('what the server says of a delivery', () => {
  it('is read from both forms of its subject', () => {
    expect(deliveryInfoOf('$JS.ACK.EVENTS.arm-noop-a.3.4711.12.1795262400123456789.0')).toEqual(expected);
    expect(deliveryInfoOf('$JS.ACK._.Zhq8.EVENTS.arm-noop-a.3.4711.12.1795262400123456789.0')).toEqual(expected);
    expect(deliveryInfoOf('$JS.ACK.hub.Zhq8.EVENTS.arm-noop-a.3.4711.12.1795262400123456789.0.rNd0m')).toEqual(expected);
  });

  it('is nothing for messages that no consumer delivered', () => {
    for (const reply of ['', '_INBOX.a.b', '$JS.ACK.EVENTS.x.3.4711.12.1', '$JS.ACK.EVENTS.x.three.4711.12.1795262400123456789.0']) {
      expect(deliveryInfoOf(reply)).toBeUndefined();
    }
  });
});
