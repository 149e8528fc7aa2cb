import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MODULES, OCTO, ROOT } from './places.mjs';
import { runInTerminal } from './run.mjs';
import { say } from './say.mjs';

/** Runs Jest; the last line of standard output is `N passed, N failed`. Answers the exit code. */
export async function runTests(node, env, args) {
  const file = join(OCTO, 'test-results.json');
  mkdirSync(OCTO, { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  const jest = [join(MODULES, 'jest', 'bin', 'jest.js'), '--rootDir', ROOT, '--json', '--outputFile', file, ...args];
  const options = [env.NODE_OPTIONS, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'].filter(Boolean).join(' ');
  const code = await runInTerminal(node, jest, { ...env, NODE_OPTIONS: options });
  const outcome = summarise(readResults(file));
  for (const line of outcome.notes) say(line);
  process.stdout.write(`${outcome.passed} passed, ${outcome.failed} failed\n`);
  if (outcome.failed > 0 || outcome.passed === 0) return code === 0 ? 1 : code;
  return code;
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
