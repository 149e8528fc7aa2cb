// Octobus and its peers, measured in turns on this machine. `npm run bench -- --help` says how.
import { resolve } from 'node:path';
import { reportAndExit } from '../bootstrap/guard.mjs';
import { say } from '../bootstrap/say.mjs';
import { bench } from './bench.mjs';
import { HELP, readFlags } from './flags.mjs';
import { interruption } from './interruption.mjs';
import { writeResults } from './results.mjs';
import { failedOfOurs } from './rows.mjs';
import { ourSystems, peerSystems } from './systems.mjs';
import { reportText } from './table.mjs';

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  reportAndExit(error);
}

async function main(args) {
  const options = readFlags(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const systems = [...ourSystems(options), ...peerSystems(options.peers, options.peersFrom && resolve(options.peersFrom))];
  const report = await bench(systems, options, { say, signal: interruption() });
  const { json, svg } = writeResults(resolve(options.out), report);
  say(`  written: ${json}, ${svg}`);
  const { seen: _, ...told } = report;
  process.stdout.write(`${options.json ? JSON.stringify(told) : reportText(told)}\n`);
  return failedOfOurs(report.rows).length > 0 ? 1 : 0;
}
