import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { flushed } from './io.ts';

describe('what a command has written', () => {
  it('is handed over before its process ends, however slowly it is read', async () => {
    const taken: string[] = [];
    const slow = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        taken.push(chunk);
        setImmediate(done);
      },
    });
    for (let i = 0; i < 20; i++) slow.write(`line ${i}`);
    await flushed(slow);
    expect(taken.filter((text) => text !== '')).toHaveLength(20);
  });

  it('is not waited for when its reader has gone', async () => {
    const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    gone.on('error', () => undefined);
    gone.write('x');
    await flushed(gone);
    expect(gone.destroyed).toBe(true);
  });
});
