import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TOOLS = ['apps/octobus/test/chaos/main.ts', 'tools/sim/main.ts', 'tools/bench/main.mjs', 'tools/eval/main.mjs'];

describe('a tool that npm runs on what was built', () => {
  it.each(TOOLS)('%s finds all that it imports', (tool) => {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [tool, '--help'], { cwd: ROOT, env, encoding: 'utf8', timeout: 60_000 });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('npm run ');
  });
});
