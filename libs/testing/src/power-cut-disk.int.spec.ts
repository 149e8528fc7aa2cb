import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makePowerCutDisk, whyNoPowerCuts } from './power-cut-disk.ts';

const reason = whyNoPowerCuts();
const here = reason === undefined ? it : it.skip;

function keep(file: string, text: string): void {
  const fd = openSync(file, 'a');
  writeSync(fd, text);
  fsyncSync(fd);
  closeSync(fd);
}

describe(`a disk whose power fails${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  here('keeps what was synced and forgets what was not, again and again', () => {
    const disk = makePowerCutDisk(32);
    const [synced, unsynced] = [join(disk.path, 'synced'), join(disk.path, 'unsynced')];
    try {
      for (const round of ['1', '2', '3']) {
        keep(synced, round);
        writeFileSync(unsynced, round);
        writeFileSync(synced, 'lost', { flag: 'a' });
        disk.cut();
        expect(readFileSync(synced, 'utf8')).toBe('123'.slice(0, Number(round)));
        expect(existsSync(unsynced)).toBe(false);
      }
    } finally {
      disk.remove();
    }
  });
});
