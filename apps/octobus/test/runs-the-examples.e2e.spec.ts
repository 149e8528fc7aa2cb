import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
const run = promisify(execFile);

describe('an example of the documentation', () => {
  let octobus: RunningOctobus;
  beforeAll(async () => {
    octobus = await startOctobus();
  }, 60_000);
  afterAll(async () => {
    await octobus?.stop();
    octobus?.remove();
  }, 30_000);

  it.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.mjs')))(
    '%s runs to its end with the credentials file alone',
    async (name) => {
      const credentials = join(octobus.folder, '.octo', 'credentials');
      const { stdout } = await run(process.execPath, [join(EXAMPLES, name), credentials], {
        env: { PATH: process.env['PATH'] ?? '' },
        timeout: 60_000,
      });
      expect(stdout).toContain('completed');
    },
    90_000,
  );
});
