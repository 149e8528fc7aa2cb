import { once } from 'node:events';
import type { Command } from 'commander';
import { EXIT } from '../io.ts';
import type { ClientContext } from './task.ts';

const HELP = `
Reads lines of JSON from standard input:   {"id": "1", "text": "...", "channel": "user"}
  channel   user (default), retrieved, tool or output: where the text comes from
Writes one line for each, in the same order:
  {"id": "1", "verdict": "allow", "injection": {"score": 0, "reasons": []}, "findings": [{"type": "EMAIL_ADDRESS", "start": 8, "end": 23, "score": 0.98}]}
  verdict   allow, review or block
  start, end are UTF-16 offsets into the text as it was given; end is exclusive. A finding with several names comes under each.

Needs no running stack. Lines that can't be read are told on standard error with their number and passed over; then the exit code is 1.

Example:
  echo '{"id":1,"text":"Mail ana@example.org"}' | octobus scan --jsonl`;

export function scanCommand(program: Command, context: ClientContext): void {
  program
    .command('scan')
    .description('find injections, personal data and secrets in texts from standard input')
    .requiredOption('--jsonl', 'lines of JSON in, lines of JSON out')
    .addHelpText('after', HELP)
    .action(() => scan(context));
}

/** Loaded when it is needed: the tables of the detectors make other commands slow to start. */
async function scan({ exit }: ClientContext): Promise<void> {
  const { scanStream } = await import('../scan/scan-stream.ts');
  const { problems } = await scanStream(process.stdin, {
    answers: async (lines) => {
      if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
    },
    problem: (line, reason) => void process.stderr.write(`octobus: line ${line}: ${reason}\n`),
  });
  await new Promise((resolve) => process.stdout.write('', resolve));
  exit(problems === 0 ? EXIT.ok : EXIT.failed);
}
