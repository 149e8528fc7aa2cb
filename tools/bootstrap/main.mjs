// Runs on Node 20 with nothing installed: fetches what is missing, then starts what was asked for on Node 24.
// node tools/bootstrap/main.mjs start|test|test-chaos|verify|eval|guardrails-train|bench|bench-check|sim|build|cli|setup-system [arguments]
import { reportAndExit, requireOldestNode } from './guard.mjs';

requireOldestNode();
const [name = 'start', ...args] = process.argv.slice(2);
try {
  const { runCommand } = await import('./commands.mjs');
  process.exitCode = (await runCommand(name, args)) ?? process.exitCode ?? 0;
} catch (error) {
  reportAndExit(error);
}
