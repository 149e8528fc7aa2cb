import type { Command } from 'commander';
import { type Credentials, readCredentials, stateFolder } from '../client/credentials.ts';
import { type Check, verdict, warn } from '../doctor/check.ts';
import { checkDisk, checkModel, checkNatsServer, checkNode } from '../doctor/machine.ts';
import { checkGateway, checkRun } from '../doctor/running-stack.ts';
import { checkServerWord } from '../doctor/server-word.ts';
import { checkDurability, checkFolder, storeSettings } from '../doctor/state-folder.ts';
import { columns } from '../output/columns.ts';
import { printableLine } from '../output/timeline-text.ts';
import { interruptible } from '../isolated/interruption.ts';
import type { ClientContext } from './task.ts';

const HELP = `
Looks at this machine, the state folder and the running stack (or the one at OCTO_URL), changes nothing, and says in one sentence what to
do about each thing that is not as it should be. Exit code 1 if something fails; a stack that isn't running is only a warning.

Examples:
  octobus doctor
  octobus doctor --json | jq '.checks[] | select(.state != "ok")'
  octobus doctor --log      reads every event; when the log came back shorter, it looks into the copies and says what to do`;

export function doctorCommand(program: Command, context: ClientContext): void {
  program
    .command('doctor')
    .description('check that everything is as it should be, and say what to do')
    .addHelpText('after', HELP)
    .option('--log', 'the event log alone: whether all of it is there, and the way out when it is not')
    .action((options: { log?: boolean }) => (options.log === true ? log(context) : doctor(context)));
}

async function log({ io, exit }: ClientContext): Promise<void> {
  const { doctorLog } = await import('../doctor/log/doctor-log.ts');
  const { checks, steps } = await interruptible(undefined, (signal) =>
    doctorLog(stateFolder(process.env, process.cwd()), process.env, signal),
  );
  const state = verdict(checks);
  io().result({ state, checks, steps }, () => [text(checks), ...(steps.length === 0 ? [] : ['', ...steps.map(printableLine)])].join('\n'));
  exit(state === 'fail' ? 1 : 0);
}

async function doctor({ io, exit }: ClientContext): Promise<void> {
  const checks = await examine(process.env, process.cwd());
  const state = verdict(checks);
  io().result({ state, checks: checks.map((check) => ({ ...check, name: check.name.trim() })) }, () => text(checks));
  exit(state === 'fail' ? 1 : 0);
}

/** Everything that can be looked at from here, with or without a running stack. */
export async function examine(env: NodeJS.ProcessEnv, cwd: string): Promise<readonly Check[]> {
  const folder = stateFolder(env, cwd);
  const machine = [checkNode(), await checkNatsServer(env), await checkDisk(folder), checkModel(env)];
  const here = await checkRun(folder, env);
  const gateway = here.run === undefined && !env['OCTO_URL'] ? NOT_ASKED : await askGateway(env, cwd);
  const settings = storeSettings(folder);
  const durability = settings === undefined ? [] : [checkDurability(settings, here.run === undefined ? undefined : gateway.durability)];
  const word = here.run === undefined ? [] : [await checkServerWord(folder, gateway.durability)];
  const durables = here.run === undefined ? [] : await lookAtDurables(folder);
  return [...machine, ...checkFolder(folder), ...durability, ...here.checks, ...word, ...gateway.checks, ...durables];
}

/** Loaded when it is needed: it makes the other commands slow to start. */
async function lookAtDurables(folder: string): Promise<readonly Check[]> {
  const { checkDurables } = await import('../doctor/durables.ts');
  return checkDurables(folder, Date.now());
}

const NOT_ASKED = { durability: undefined, checks: [] };

function askGateway(env: NodeJS.ProcessEnv, cwd: string): ReturnType<typeof checkGateway> {
  let credentials: Credentials;
  try {
    credentials = readCredentials(env, cwd);
  } catch {
    const todo = 'Wait until the start is through; if it stays, stop the stack and start it again.';
    return Promise.resolve({ durability: undefined, checks: [warn('gateway', 'no credentials to ask it with', todo)] });
  }
  return checkGateway(credentials);
}

const SIGNS = { ok: 'ok', warn: 'WARN', fail: 'FAIL' } as const;

function text(checks: readonly Check[]): string {
  const lines = columns(checks.map(({ name, state, detail }) => [SIGNS[state], name, printableLine(detail)]));
  const withTodo = lines.flatMap((line, i) => [
    `  ${line}`,
    ...(checks[i]?.todo === undefined ? [] : [`        -> ${printableLine(checks[i].todo)}`]),
  ]);
  const counts = (state: Check['state']): number => checks.filter((check) => check.state === state).length;
  return [...withTodo, `${counts('ok')} ok, ${counts('warn')} warnings, ${counts('fail')} failures`].join('\n');
}
