#!/usr/bin/env node
// `npx octobus` inside the clone, on any Node from 20 on: makes sure that everything is there, then becomes the program on Node 24.
import { reportAndExit, requireOldestNode } from '../../../tools/bootstrap/guard.mjs';

requireOldestNode();
try {
  const { runCommand } = await import('../../../tools/bootstrap/commands.mjs');
  await runCommand('cli', process.argv.slice(2));
} catch (error) {
  reportAndExit(error);
}
