import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MODULES, OCTO, ROOT } from './places.mjs';
import { runInTerminal } from './run.mjs';
import { say } from './say.mjs';

/** Runs Jest; the last line of standard output is `N passed, N failed`. Answers the exit code. */
export async function runTests(node, env, args) {
  const file = join(OCTO, 'test-results.json');
  mkdirSync(OCTO, { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  const jest = [join(MODULES, 'jest', 'bin', 'jest.js'), '--rootDir', ROOT, '--json', '--outputFile', file];
  const options = [env.NODE_OPTIONS, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'].filter(Boolean).join(' ');
  const run = (more) => runInTerminal(node, [...jest, ...more], { ...env, NODE_OPTIONS: options });
  const code = await run(args);
  let results = readResults(file);
  const again = code < 128 ? suitesToRunAgain(results) : [];
  if (again.length > 0) {
    say(`failed beside others, run once more alone: ${again.map((path) => relative(ROOT, path)).join(', ')}`);
    await run(['--runInBand', '--runTestsByPath', ...again]);
    results = merged(results, readResults(file));
  }
  const outcome = summarise(results);
  for (const line of outcome.notes) say(line);
  process.stdout.write(`${outcome.passed} passed, ${outcome.failed} failed\n`);
  if (outcome.failed > 0 || outcome.passed === 0) return code === 0 ? 1 : code;
  return 0;
}

/**
 * Whole stacks beside each other on two cores may be late without being wrong: the suites against real servers that failed are run once more,
 * alone, and named. A unit test gets no second chance, and neither do more suites than a few.
 */
export function suitesToRunAgain(results) {
  const failed = (results?.testResults ?? []).filter(({ status }) => status === 'failed').map(({ name }) => name);
  const fit = failed.length <= 3 && failed.every((name) => /\.(e2e|int)\.spec\.ts$/.test(name));
  return fit ? failed : [];
}

/** The results with those suites replaced that were run again. */
export function merged(first, second) {
  if (second === undefined) return first;
  const later = new Map(second.testResults.map((suite) => [suite.name, suite]));
  const testResults = first.testResults.map((suite) => later.get(suite.name) ?? suite);
  const count = (status) => testResults.flatMap((suite) => suite.assertionResults).filter((test) => test.status === status).length;
  const broken = ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
  return {
    ...first,
    testResults,
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numRuntimeErrorTestSuites: testResults.filter(broken).length,
  };
}

/** A suite that couldn't be run counts as one failed test, and so does a run that left no results. */
export function summarise(results) {
  if (results === undefined) return { passed: 0, failed: 1, notes: ['Jest ended without results: see its output above.'] };
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const notes = skippedNames(results).map((name) => `skipped: ${name}`);
  if (results.numTotalTests === 0) notes.push('No test was run: nothing matches the given paths.');
  return { passed: results.numPassedTests, failed, notes };
}

function skippedNames(results) {
  return results.testResults.flatMap((suite) =>
    suite.assertionResults.filter(({ status }) => status === 'pending' || status === 'todo').map(({ fullName }) => fullName),
  );
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
