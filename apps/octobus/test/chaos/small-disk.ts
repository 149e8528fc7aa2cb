import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of a few megabytes in memory, for the streams of a stack. */
export interface SmallDisk {
  readonly folder: string;
  unmount(): void;
}

const MEGABYTES = 160;

/** Undefined with the reason told where none can be mounted: that takes root. */
export function mountSmallDisk(under: string, say: (line: string) => void): SmallDisk | undefined {
  const folder = join(under, 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    say(
      `  the full disk is left out: no small disk could be mounted (${error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error)})`,
    );
    return undefined;
  }
  return { folder, unmount: () => void execFileSync('umount', ['--lazy', folder]) };
}
