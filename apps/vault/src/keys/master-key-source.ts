import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { Fault } from '@octobus/kernel';
import { MasterKeys } from '@octobus/sealing';
import { type Environment, environment } from '@octobus/service';

export interface MasterKeySource {
  current(): MasterKeys;
  /** Told when the file has other keys; answers what ends it. A file that can't be used changes nothing. */
  watch(changed: () => void, broken: (error: unknown) => void): () => void;
}

const LOOK_MS = 500;

/** `OCTO_MASTER_KEY`, else the file `OCTO_MASTER_KEY_FILE`. Faults: `config-invalid`, `master-key-invalid`. */
export function masterKeySource(env: Environment): MasterKeySource {
  const given = env['OCTO_MASTER_KEY'];
  if (given) {
    const keys = MasterKeys.parse(given);
    return { current: () => keys, watch: () => () => undefined };
  }
  const file = environment(env).text('OCTO_MASTER_KEY_FILE');
  let keys = readFrom(file);
  return {
    current: () => keys,
    watch: (changed, broken) => {
      const look = (): void => {
        try {
          keys = readFrom(file).besides(keys);
          changed();
        } catch (error) {
          broken(error);
        }
      };
      watchFile(file, { interval: LOOK_MS, persistent: false }, look);
      return () => unwatchFile(file, look);
    },
  };
}

function readFrom(file: string): MasterKeys {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fault('master-key-invalid', { retryable: false, message: 'the file of the master key can not be read', cause: error });
  }
  return MasterKeys.parse(text);
}
