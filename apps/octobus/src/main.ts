import { isFault } from '@octobus/kernel';
import { Command, CommanderError } from 'commander';
import { Client } from './client/client.ts';
import { readCredentials } from './client/credentials.ts';
import { askCommand } from './commands/ask.ts';
import { auditCommands } from './commands/audit.ts';
import { benchCommands } from './commands/bench.ts';
import { contentCommands } from './commands/content.ts';
import { demoCommands } from './commands/demo.ts';
import { devCommand } from './commands/dev.ts';
import { dlqCommands } from './commands/dlq.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eventCommands } from './commands/events.ts';
import { keyCommands } from './commands/keys.ts';
import { openCommand } from './commands/open.ts';
import { policyCommands } from './commands/policy.ts';
import { projectionCommands } from './commands/projections.ts';
import { replayCommand } from './commands/replay.ts';
import { scanCommand } from './commands/scan.ts';
import { scheduleCommands } from './commands/schedules.ts';
import { startCommand } from './commands/start.ts';
import { subjectCommands } from './commands/subject.ts';
import { taskCommands } from './commands/task.ts';
import { tenantCommands } from './commands/tenants.ts';
import { vaultCommands } from './commands/vault.ts';
import { EXIT, complain, complainOfUsage, createIo, flushed } from './io.ts';

let exitCode: number = EXIT.ok;
const json = (): boolean => process.argv.includes('--json');

const program = new Command('octobus')
  .description('Event-sourced LLM-agent tasks on a NATS JetStream log.')
  .version('0.1.0')
  .option('--json', 'results as JSON lines on standard output, progress on standard error')
  .showHelpAfterError('(add --help for help)')
  // Wrong usage is told below, as JSON where that was asked for.
  .configureOutput({ writeErr: (text) => void (json() || process.stderr.write(text)) })
  .exitOverride();

const context = {
  io: () => createIo(json()),
  exit: (code: number): void => {
    exitCode = code;
  },
  client: () => {
    const { url, apiKey } = readCredentials(process.env, process.cwd());
    return new Client(url, apiKey);
  },
};

startCommand(program, context);
devCommand(program, context);
askCommand(program, context);
taskCommands(program, context);
scheduleCommands(program, context);
eventCommands(program, context);
replayCommand(program, context);
projectionCommands(program, context);
openCommand(program, context);
keyCommands(program, context);
tenantCommands(program, context);
dlqCommands(program, context);
auditCommands(program, context);
subjectCommands(program, context);
policyCommands(program, context);
vaultCommands(program, context);
contentCommands(program, context);
scanCommand(program, context);
doctorCommand(program, context);
demoCommands(program, context);
benchCommands(program, context);
for (const command of allCommands(program)) command.exitOverride().option('--json', 'JSON lines');

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

/** A reader that has gone (`| head`) is no reason to stop what runs; a command that only writes ends by itself. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (exitCode !== EXIT.ok) complainOfUsage(error, json());
  } else {
    complain(error, json());
    exitCode = isFault(error, 'interrupted') ? EXIT.interrupted : EXIT.failed;
  }
}
await flushed(process.stdout);
process.exit(exitCode);
