import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program in front of nats-server that lets it start only while it may, so that a dead one can be kept away from its supervisor. */
export interface HeldBinary {
  /** For `OCTO_NATS_SERVER`. */
  readonly path: string;
  hold(held: boolean): void;
}

/** POSIX only. `folder` must exist and is the caller's to remove. */
export function heldBinary(folder: string, binary: string): HeldBinary {
  const path = join(folder, 'nats-server-when-allowed');
  const flag = join(folder, 'held');
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  writeFileSync(path, `#!/bin/sh\nwhile [ -e ${quoted(flag)} ]; do sleep 0.1; done\nexec ${quoted(binary)} "$@"\n`);
  chmodSync(path, 0o700);
  return {
    path,
    hold: (held) => {
      if (held) writeFileSync(flag, '');
      else if (existsSync(flag)) rmSync(flag);
    },
  };
}
