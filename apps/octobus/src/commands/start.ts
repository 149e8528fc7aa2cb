import type { Command } from 'commander';
import { fileURLToPath } from 'node:url';
import { Client } from '../client/client.ts';
import type { Stack } from '../dev/stack.ts';
import type { Io } from '../io.ts';
import { answerText } from '../output/answer-text.ts';
import { type Asked, ask } from './ask.ts';
import { type StackContext, sayUrls, withStack } from './dev.ts';

const SAMPLE = 'How does Octobus survive a crash of an arm?';
const SAMPLE_PATHS = ['docs', 'README.md'];
const LAUNCHER = fileURLToPath(new URL('../../bin/octobus.mjs', import.meta.url));

export function startCommand(program: Command, context: StackContext): void {
  program
    .command('start')
    .description('what `npm start` runs: the stack, then the sample task over this repository')
    .option('--once', 'stop when the task has ended; exit 0 only if it completed')
    .option('--isolate', 'a process each for the services')
    .action(async (options: { once?: boolean; isolate?: boolean }) => {
      const io = context.io();
      const once = options.once === true;
      await withStack(io, context, { isolate: options.isolate === true, stays: !once }, async (stack) => {
        const asked = await sample(io, stack);
        if (once) {
          report(io, stack, asked);
          return asked.view.state === 'completed' ? 0 : 1;
        }
        io.line(answerText(asked.view, asked.durationMs));
        await sayModel(io);
        await saySignIn(io, stack);
        io.line(`  anywhere ${LAUNCHER}   (npx octobus works inside this clone only: the name is not published yet)`);
        io.line('  stop     Ctrl-C (state stays in .octo/; npm start goes on from there)');
        return 'stay';
      });
    });
}

async function sample(io: Io, stack: Stack): Promise<Asked> {
  const client = new Client(stack.url, stack.credentials.apiKey);
  io.line('');
  return ask(client, io, SAMPLE, SAMPLE_PATHS, process.cwd());
}

function report(io: Io, stack: Stack, { view, durationMs }: Asked): void {
  const { result } = view;
  const value = {
    taskId: view.id,
    state: view.state,
    answer: result?.answer ?? '',
    found: result?.found ?? false,
    offline: result?.offline ?? false,
    citations: result?.citations ?? [],
    steps: view.steps,
    events: view.events,
    spentMicroUsd: view.spentMicroUsd,
    durationMs,
    durability: stack.durability,
    stack: stack.versions,
  };
  io.result(value, () => answerText(view, durationMs));
}

async function sayModel(io: Io): Promise<void> {
  if (process.env['OPENAI_API_KEY'] || process.env['OPENAI_BASE_URL']) return;
  io.line('  model    offline (no key found; set OPENAI_API_KEY, or OPENAI_BASE_URL for Ollama, vLLM ...)');
}

async function saySignIn(io: Io, stack: Stack): Promise<void> {
  const client = new Client(stack.url, stack.credentials.apiKey);
  const { path } = await client.json<{ path: string }>('POST', '/v1/sessions');
  io.line('');
  io.line(`  page     ${stack.url}${path}   (one-time link, five minutes)`);
  sayUrls(io, stack);
}
