import type { Command } from 'commander';
import { stateFolder } from '../client/credentials.ts';
import type { ClientContext } from './task.ts';

const EXAMPLES = `
The vault wraps the key of every person with the master key (.octo/master.key, or OCTO_MASTER_KEY). Only the machine that runs the stack can
change it. Nothing stops meanwhile: the vault reads the file again and wraps key by key.

Example:
  octobus vault rotate`;

export function vaultCommands(program: Command, context: ClientContext): void {
  const vault = program.command('vault').description('look after the master key').addHelpText('after', EXAMPLES);
  vault
    .command('rotate')
    .description('make a new master key and wrap all keys with it, while everything runs')
    .action(async () => {
      const { rotateMasterKey } = await import('../dev/rotate-master-key.ts');
      const rotated = await rotateMasterKey(stateFolder(process.env, process.cwd()), process.env);
      context
        .io()
        .result(rotated, () => `master key ${rotated.masterKey} wraps ${rotated.keys} keys; the one before is gone from ${rotated.file}`);
    });
}
