import { parseArgs } from 'node:util';
import { Trouble } from '../bootstrap/say.mjs';

export const WORKLOADS = ['five-step', 'one-step', 'fan-out'];
const MODES = {
  services: ['services'],
  journalled: ['journalled'],
  grouped: ['grouped'],
  both: ['services', 'journalled'],
  all: ['services', 'journalled', 'grouped'],
};
const LOG_STREAMS = [1, 2, 4, 8];
const DOORS = { nats: ['nats'], rest: ['rest'], both: ['nats', 'rest'] };
export const USAGE = 64;

export const HELP = `npm run bench -- [options]   Octobus and its peers, measured in turns in one run on this machine

  --workload W      ${WORKLOADS.join(', ')} (default: five-step)
  --mode M          services: every step on another service; journalled: durable sub-steps in one, each on record before the next;
                    grouped: the same, but they say that they have no effect and are recorded together (Octobus only); both: services
                    and journalled; all (default)
  --clients N,...   runs under way at once (default: 1,32)
  --peers P,...     peers by name, all (default) or none; fetched from npm when they are first measured
  --rounds N        each system is started anew in every round (default: 3)
  --seconds N       measured time of each row and round (default: 8)
  --warmup N        seconds before it (default: 3)
  --log-streams N,...  of Octobus: streams that its log is spread over, a stack for each number (default: 1,4)
  --flushed         also Octobus with OCTO_DURABILITY=flushed: less than is promised by default
  --door D          of Octobus: nats (default), rest, both
  --json            one line of JSON on standard output in place of the table
  --out DIR         where JSON and chart are written (default: bench/results)
  --peers-from DIR  another folder of peers than tools/bench/peers

Exit codes: 0; 1 when a system of ours failed; 64 wrong usage; 130 after Ctrl-C.
`;

const OPTIONS = {
  workload: { type: 'string', default: 'five-step' },
  mode: { type: 'string', default: 'all' },
  clients: { type: 'string', default: '1,32' },
  peers: { type: 'string', default: 'all' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '8' },
  warmup: { type: 'string', default: '3' },
  flushed: { type: 'boolean', default: false },
  'log-streams': { type: 'string', default: '1,4' },
  door: { type: 'string', default: 'nats' },
  json: { type: 'boolean', default: false },
  out: { type: 'string', default: 'bench/results' },
  'peers-from': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
};

/** The options as values; a Trouble with exit code 64 when one can't be used. `peers` is 'all' or a list of names. */
export function readFlags(args) {
  const given = parse(args);
  return {
    help: given.help,
    workload: oneOf('--workload', given.workload, WORKLOADS),
    modes: MODES[oneOf('--mode', given.mode, Object.keys(MODES))],
    doors: DOORS[oneOf('--door', given.door, Object.keys(DOORS))],
    clients: clientsOf(given.clients),
    peers: given.peers === 'all' ? 'all' : peersOf(given.peers),
    rounds: wholeNumber('--rounds', given.rounds, 1, 50),
    seconds: wholeNumber('--seconds', given.seconds, 1, 3600),
    warmup: wholeNumber('--warmup', given.warmup, 0, 600),
    flushed: given.flushed,
    logStreams: logStreamsOf(given['log-streams']),
    json: given.json,
    out: given.out,
    peersFrom: given['peers-from'],
  };
}

function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new Trouble(`${error.message.split('\n')[0]} See --help.`, USAGE);
  }
}

function oneOf(flag, value, allowed) {
  if (allowed.includes(value)) return value;
  throw new Trouble(`${flag} is one of: ${allowed.join(', ')}.`, USAGE);
}

function wholeNumber(flag, text, least, most) {
  const n = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (n >= least && n <= most) return n;
  throw new Trouble(`${flag} takes whole numbers from ${least} to ${most}.`, USAGE);
}

const clientsOf = (text) => [...new Set(text.split(',').map((one) => wholeNumber('--clients', one, 1, 1000)))].toSorted((a, b) => a - b);

function logStreamsOf(text) {
  const counts = [...new Set(text.split(',').map(Number))].toSorted((a, b) => a - b);
  if (counts.every((count) => LOG_STREAMS.includes(count))) return counts;
  throw new Trouble(`--log-streams takes ${LOG_STREAMS.join(', ')}.`, USAGE);
}

const peersOf = (text) => (text === 'none' ? [] : [...new Set(text.split(',').filter((name) => name !== ''))]);
