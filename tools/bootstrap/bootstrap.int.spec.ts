import { execFile, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

// A clone of its own with the real bootstrap and stand-ins for npm and nats-server, so that nothing is fetched.
const folder = mkdtempSync(join(tmpdir(), 'octobus-bootstrap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LOCK = {
  lockfileVersion: 3,
  packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0', dev: true } },
};
const NATS = '#!/bin/sh\necho "nats-server: v2.15.1"\n';

interface Clone {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

function newClone(name: string, npm: string | undefined): Clone {
  const path = join(folder, name);
  const bin = join(path, 'test-bin');
  for (const part of ['test-bin', 'tools', 'apps/octobus/src', 'apps/octobus/dist']) mkdirSync(join(path, part), { recursive: true });
  cpSync(import.meta.dirname, join(path, 'tools', 'bootstrap'), { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ version: '9.9.9' }));
  writeFileSync(join(path, 'package-lock.json'), JSON.stringify(LOCK));
  writeFileSync(join(path, 'tools', 'build.mjs'), "import { appendFileSync } from 'node:fs';\nappendFileSync('built.txt', 'x');\n");
  writeFileSync(join(path, 'apps/octobus/src/main.ts'), '');
  writeFileSync(join(path, 'apps/octobus/dist/main.js'), 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;');
  symlinkSync(process.execPath, join(bin, 'node'));
  program(join(bin, 'nats-server'), NATS);
  if (npm !== undefined) program(join(bin, 'npm'), npm);
  return {
    path,
    env: { PATH: `${bin}:/usr/bin:/bin`, HOME: path, XDG_CACHE_HOME: join(path, 'cache'), OCTO_NATS_SERVER: join(bin, 'nats-server') },
  };
}

function program(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run({ path, env }: Clone, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(path, 'tools/bootstrap/main.mjs'), ...args],
      { cwd: path, env },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** Installs by writing npm's own record, and notes that it was called; slow enough for another bootstrap to come along. */
const GOOD_NPM = `#!/bin/sh
echo "$@" >> npm-calls.txt
mkdir -p node_modules
cp package-lock.json node_modules/.package-lock.json
sleep 0.3
`;

const calls = ({ path }: Clone): readonly string[] =>
  existsSync(join(path, 'npm-calls.txt')) ? readFileSync(join(path, 'npm-calls.txt'), 'utf8').trim().split('\n') : [];

describe('the bootstrap', () => {
  it('installs once, builds once, and hands arguments, standard output and exit code over', async () => {
    const clone = newClone('good', GOOD_NPM);
    const first = await run(clone, ['start', '--once', '--json']);
    expect(first).toMatchObject({ code: 7, stdout: '["start","--once","--json"]\n' });
    expect(first.stderr).toMatch(/^Octobus 9\.9\.9\n {2}fetching packages .*\n {2}packages \.{9} /);
    const second = await run(clone, ['cli', 'doctor']);
    expect(second).toEqual({ code: 7, stdout: '["doctor"]\n', stderr: '' });
    expect(calls(clone)).toHaveLength(1);
    expect(calls(clone)[0]).toMatch(/^ci --ignore-scripts .*--omit=dev$/);
    expect(readFileSync(join(clone.path, 'built.txt'), 'utf8')).toBe('x');
  });

  it('builds again when a source has changed, and installs again when the lock file has', async () => {
    const clone = newClone('changed', GOOD_NPM);
    await run(clone, ['build']);
    writeFileSync(join(clone.path, 'apps/octobus/src/more.ts'), 'export {};');
    await run(clone, ['build']);
    expect(readFileSync(join(clone.path, 'built.txt'), 'utf8')).toBe('xx');
    writeFileSync(join(clone.path, 'package-lock.json'), JSON.stringify({ ...LOCK, packages: { 'node_modules/a': { version: '2.0.0' } } }));
    await run(clone, ['build']);
    expect(calls(clone)).toHaveLength(2);
  });

  it('takes what somebody installed by npm themselves', async () => {
    const clone = newClone('by-hand', GOOD_NPM);
    mkdirSync(join(clone.path, 'node_modules'));
    writeFileSync(join(clone.path, 'node_modules', '.package-lock.json'), JSON.stringify(LOCK));
    expect(await run(clone, ['build'])).toMatchObject({ code: 0 });
    expect(calls(clone)).toEqual([]);
  });

  it('lets two starts at the same moment install once', async () => {
    const clone = newClone('two', GOOD_NPM);
    const both = await Promise.all([run(clone, ['start']), run(clone, ['start'])]);
    expect(both.map(({ code }) => code)).toEqual([7, 7]);
    expect(calls(clone)).toHaveLength(1);
  });

  it('takes over the lock of a bootstrap that died', async () => {
    const clone = newClone('stale', GOOD_NPM);
    const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await new Promise((resolve) => gone.once('exit', resolve));
    mkdirSync(join(clone.path, '.octo'));
    writeFileSync(join(clone.path, '.octo', 'bootstrap.lock'), JSON.stringify({ pid: gone.pid, start: '1' }));
    expect((await run(clone, ['start'])).code).toBe(7);
    expect(existsSync(join(clone.path, '.octo', 'bootstrap.lock'))).toBe(false);
  });

  it('says in one sentence what to do when npm is missing, when it fails, and when the nats-server named is too old', async () => {
    const noNpm = newClone('no-npm', undefined);
    const without = await run({ ...noNpm, env: { ...noNpm.env, PATH: join(noNpm.path, 'test-bin') } }, ['start']);
    expect(without).toMatchObject({ code: 69, stdout: '' });
    expect(without.stderr).toMatch(/\nnpm is not on PATH: install Node with npm .*\n$/);

    const offline = await run(newClone('offline', '#!/bin/sh\necho "npm error code ENOTFOUND" >&2\nexit 1\n'), ['start']);
    expect(offline).toMatchObject({ code: 69, stdout: '' });
    expect(offline.stderr).toMatch(/registry can't be reached: check the network .*\n$/);

    const old = newClone('old', GOOD_NPM);
    program(join(old.path, 'test-bin', 'nats-server'), NATS.replace('2.15.1', '2.9.10'));
    const refused = await run(old, ['start']);
    expect(refused).toMatchObject({ code: 69, stdout: '' });
    expect(refused.stderr).toMatch(/which is nats-server 2\.9\.10: it must be 2\.14\.0 or newer/);
  });

  it('refuses a command it does not know', async () => {
    expect(await run(newClone('unknown', undefined), ['fly'])).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/^There is no command "fly"/),
    });
  });
});
