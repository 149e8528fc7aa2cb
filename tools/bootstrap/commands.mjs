import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CLI, ROOT } from './places.mjs';
import { environmentFor, prepare } from './prepare.mjs';
import { become } from './run.mjs';
import { say, sayPart, Trouble } from './say.mjs';
import { setUpSystem } from './system.mjs';
import { runTests } from './tests.mjs';

/** Each prepares what it needs, then hands over; the value is the exit code where the command doesn't hand over for good. */
const COMMANDS = {
  start: async (args) => {
    const since = performance.now();
    say(`Octobus ${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version}`);
    const parts = await prepare({ packages: 'run', nats: true, built: true });
    if (!parts.fetched) sayPart('packages', performance.now() - since, `node ${parts.node.version} from ${parts.node.source}`);
    handOver(parts, CLI, ['start', ...args], { OCTO_BANNER: 'said' });
  },
  cli: async (args) => handOver(await prepare({ packages: 'run', nats: true, built: true }), CLI, args),
  test: async (args) => {
    const parts = await prepare({ packages: 'full', nats: true, built: true });
    return runTests(parts.node.path, environmentFor(parts), args);
  },
  verify: async (args) => handOver(await prepare({ packages: 'full', nats: true, built: true }), join(ROOT, 'tools', 'verify.mjs'), args),
  eval: async (args) =>
    handOver(await prepare({ packages: 'full', nats: true, built: true }), join(ROOT, 'tools', 'eval', 'main.mjs'), args),
  'guardrails-train': async (args) =>
    handOver(await prepare({ packages: 'full', nats: false, built: true }), join(ROOT, 'tools', 'guardrails', 'train.mjs'), args),
  bench: async (args) =>
    handOver(await prepare({ packages: 'run', nats: true, built: true }), join(ROOT, 'tools', 'bench', 'main.mjs'), args),
  'bench-check': async (args) =>
    handOver(await prepare({ packages: 'run', nats: true, built: true }), join(ROOT, 'tools', 'bench', 'check.mjs'), args),
  'test-chaos': async (args) =>
    handOver(await prepare({ packages: 'run', nats: true, built: true }), join(ROOT, 'apps', 'octobus', 'test', 'chaos', 'main.ts'), args),
  sim: async (args) => handOver(await prepare({ packages: 'run', nats: false, built: true }), join(ROOT, 'tools', 'sim', 'main.ts'), args),
  build: async () => {
    await prepare({ packages: 'run', nats: false, built: true });
  },
  'setup-system': () => setUpSystem(),
};

export async function runCommand(name, args) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new Trouble(`There is no command "${name}"; there are: ${Object.keys(COMMANDS).join(', ')}.`, 64);
  return command(args);
}

function handOver(parts, script, args, more = {}) {
  if (!existsSync(script)) throw new Trouble(`${relative(ROOT, script)} is missing in this clone: take it back with git restore.`);
  become(parts.node.path, [script, ...args], { ...environmentFor(parts), ...more });
}
