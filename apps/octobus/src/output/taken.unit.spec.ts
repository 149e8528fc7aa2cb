import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { taken } from './taken.ts';

const listeners = (output: PassThrough): number => ['drain', 'close', 'error'].reduce((sum, name) => sum + output.listenerCount(name), 0);

describe('a slow reader of standard output', () => {
  it('is waited for at every line of a long export, without a listener left behind or a warning of too many', async () => {
    const output = new PassThrough({ highWaterMark: 16 });
    const warnings: string[] = [];
    const onWarning = ({ message }: Error): void => void warnings.push(message);
    process.on('warning', onWarning);
    const before = listeners(output);
    let [waits, most] = [0, 0];
    for (let line = 0; line < 500; line++) {
      if (output.write(`a line that is longer than what the pipe takes at once\n`)) continue;
      waits++;
      const more = taken(output);
      most = Math.max(most, listeners(output) - before);
      setImmediate(() => output.read());
      await more;
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect([waits, most, listeners(output) - before, warnings]).toEqual([500, 3, 0, []]);
  });

  it('that has gone takes everything', async () => {
    const output = new PassThrough({ highWaterMark: 1 });
    output.on('error', () => undefined);
    output.write('xx');
    const waiting = taken(output);
    output.destroy(new Error('EPIPE'));
    await waiting;
    await taken(output);
    expect(output.destroyed).toBe(true);
  });
});
