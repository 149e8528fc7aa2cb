// Kills, freezes and deliveries again on a real stack under load, from a seed. `npm run test:chaos -- --help` says how.
import { parseArgs } from 'node:util';
import { isLogStreamCount } from '@octobus/contracts';
import { type ChaosReport, oneSeed } from './one-seed.ts';

const HELP = `npm run test:chaos -- [options]   a real stack under load, with faults at random, then the log is read

  --seed N          the first seed (default: 1)
  --seeds N         how many, one after another (default: 1)
  --seconds N       of faults, each seed (default: 20)
  --clients N       tasks under way at once (default: 12)
  --log-streams N   streams that the log is spread over; 0: by turns 1 and 4 (default)
  --json            one line of JSON for each seed

Faults: kill -9 of nats-server, Postgres, gateway, reflex, orchestrator, projector, memory, vault and the arm; the same frozen for seconds, so that they come
back and try to write; everything of late delivered again; subscribers that don't read; with every third seed a full disk, which takes root.
At the end everything is delivered once more.
Exit codes: 0; 1 when something was not as it must be; 64 wrong usage.
`;

const { values } = read();
if (values.help === true) {
  process.stdout.write(HELP);
} else {
  process.exitCode = await main();
}

function read() {
  try {
    return parseArgs({
      options: {
        seed: { type: 'string', default: '1' },
        seeds: { type: 'string', default: '1' },
        seconds: { type: 'string', default: '20' },
        clients: { type: 'string', default: '12' },
        'log-streams': { type: 'string', default: '0' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(message: string): never {
  process.stderr.write(`${message}\n${HELP}`);
  process.exit(64);
}

function whole(name: string, text: string, least: number, most: number): number {
  const n = Number(text);
  return Number.isInteger(n) && n >= least && n <= most ? n : usage(`--${name} takes a whole number from ${least} to ${most}`);
}

async function main(): Promise<number> {
  const first = whole('seed', values.seed, 0, 2 ** 31);
  const seeds = whole('seeds', values.seeds, 1, 10_000);
  const seconds = whole('seconds', values.seconds, 1, 3_600);
  const clients = whole('clients', values.clients, 1, 200);
  const streams = whole('log-streams', values['log-streams'], 0, 8);
  if (streams !== 0 && !isLogStreamCount(streams)) usage('--log-streams is 0, 1, 2, 4 or 8');
  const say = (line: string): void => void (values.json || process.stderr.write(`${line}\n`));
  let wrong = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    say(`seed ${seed}`);
    const report = await oneSeed({
      seed,
      seconds,
      clients,
      logStreams: streams || (seed % 2 === 0 ? 4 : 1),
      smallDisk: seed % 3 === 0,
      say,
    });
    process.stdout.write(`${values.json ? JSON.stringify(report) : text(report)}\n`);
    wrong += report.violations.length;
  }
  return wrong === 0 ? 0 : 1;
}

function text({ seed, logStreams, tasks, states, faults, violations }: ChaosReport): string {
  const ended = Object.entries(states).map(([state, n]) => `${n} ${state}`);
  const verdict = violations.length === 0 ? 'all is well' : violations.map((one) => `\n  WRONG: ${one}`).join('');
  return `seed ${seed}: ${tasks} tasks on ${logStreams} stream${logStreams === 1 ? '' : 's'} (${ended.join(', ')}), ${faults.length} faults: ${verdict}`;
}
