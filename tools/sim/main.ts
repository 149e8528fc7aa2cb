// Seeds of the simulation, and what came of them. `npm run sim -- --help` says how.
import { simulateMany } from './many.ts';
import { HELP, type Options, Usage, readOptions } from './options.ts';
import { COVERING, courseText, tallyText } from './report.ts';
import { type Course, simulate } from './simulation.ts';
import { uncovered } from './tally.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (!options.help) return await run(options);
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    process.stderr.write(`sim: ${error.message}\n`);
    return 64;
  }
}

async function run({ first, seeds, plant, workers, traced, json }: Options): Promise<number> {
  const began = performance.now();
  const tally = await simulateMany(first, seeds, plant, workers);
  const again = (seed: number): string => `npm run sim -- --seed ${seed}${plant === undefined ? '' : ` --plant ${plant}`}`;
  const seconds = (performance.now() - began) / 1000;
  const shown = tally.failed[0]?.seed ?? (traced ? first : undefined);
  const course = shown === undefined ? undefined : await simulate(shown, { traced: true, ...(plant === undefined ? {} : { plant }) });
  if (course !== undefined) assertSame(course, tally.failed[0]?.fingerprint);
  if (json) process.stdout.write(`${JSON.stringify({ ...tally, seconds: Math.round(seconds * 10) / 10, uncovered: uncovered(tally) })}\n`);
  else process.stdout.write(`${course === undefined ? '' : `${courseText(course)}\n`}${tallyText(tally, seconds, again)}`);
  return tally.failed.length > 0 || (seeds >= COVERING && uncovered(tally).length > 0) ? 1 : 0;
}

function assertSame({ seed, fingerprint }: Course, before: string | undefined): void {
  if (before !== undefined && before !== fingerprint)
    throw new Error(`seed ${seed} went another way the second time: something is left to chance`);
}
