import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Lock = Readonly<Record<string, LockEntry>>;

const load = async <T>(module: string): Promise<T> => (await import(new URL(module, import.meta.url).href)) as T;
const { isAtLeast } = await load<{ isAtLeast(a: string, b: string): boolean }>('./versions.mjs');
const { platformOf, missingEntries } = await load<{ platformOf(name: string): unknown; missingEntries(packages: Lock): Lock }>(
  './lock-entries.mjs',
);
const { explain, formatTime } = await load<{ explain(doing: string, output: string): string; formatTime(ms: number): string }>('./say.mjs');
const { summarise } = await load<{ summarise(results: unknown): unknown }>('./tests.mjs');

describe('a version', () => {
  it('is compared number by number', () => {
    expect(isAtLeast('2.14.0', '2.14.0')).toBe(true);
    expect(isAtLeast('2.15.1', '2.14.0')).toBe(true);
    expect(isAtLeast('2.9.10', '2.14.0')).toBe(false);
    expect(isAtLeast('3.0.0', '2.14.9')).toBe(true);
  });
});

describe('the lock file', () => {
  it('names the binaries of every platform, else npm ci refuses it', () => {
    const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as { readonly packages: Lock };
    expect(Object.keys(missingEntries(lock.packages))).toEqual([]);
  });

  it('gets what an incomplete registry left out, for its platform only', () => {
    const packages: Lock = {
      'node_modules/a': {
        version: '1.0.0',
        dev: true,
        optionalDependencies: { '@a/linux-x64-gnu': '1.0.0', '@a/darwin-arm64': '1.0.0', fsevents: '^2.0.0' },
      },
      'node_modules/@a/linux-x64-gnu': { version: '1.0.0' },
    };
    expect(missingEntries(packages)).toEqual({
      'node_modules/@a/darwin-arm64': { version: '1.0.0', os: ['darwin'], cpu: ['arm64'], dev: true, optional: true },
    });
  });

  it('takes the platform from the name', () => {
    expect(platformOf('@swc/core-linux-arm64-musl')).toEqual({ os: ['linux'], cpu: ['arm64'], libc: ['musl'] });
    expect(platformOf('@oxlint/binding-linux-arm-gnueabihf')).toEqual({ os: ['linux'], cpu: ['arm'], libc: ['glibc'] });
    expect(platformOf('@bufbuild/buf-linux-armv7')).toEqual({ os: ['linux'], cpu: ['arm'] });
    expect(platformOf('left-pad')).toBeUndefined();
  });
});

describe('a failed tool', () => {
  it('is explained in one sentence that says what to do', () => {
    expect(explain('npm ci', 'npm error code ENOTFOUND\nnpm error errno ENOTFOUND')).toMatch(
      /registry can't be reached: check the network/,
    );
    expect(explain('npm ci', 'npm error code ENOSPC')).toMatch(/disk is full: free some space/);
    expect(explain('npm ci', 'npm error code EUSAGE\nnpm error `npm ci` can only install packages when')).toMatch(
      /doesn't fit package.json/,
    );
    expect(explain('go install', 'go: some error: odd\n')).toBe('go install failed: go: some error: odd');
  });
});

describe('a time', () => {
  it('is told as short as it is useful', () => {
    expect([40, 949, 9_940, 9_960, 41_200].map(formatTime)).toEqual(['0.0 s', '0.9 s', '9.9 s', '10 s', '41 s']);
  });
});

describe('the outcome of the tests', () => {
  const results = { numPassedTests: 5, numFailedTests: 1, numRuntimeErrorTestSuites: 2, numTotalTests: 7 };

  it('counts a suite that could not run as a failure, and names what was skipped', () => {
    const testResults = [{ assertionResults: [{ status: 'pending', fullName: 'a part that is missing' }] }];
    expect(summarise({ ...results, testResults })).toEqual({ passed: 5, failed: 3, notes: ['skipped: a part that is missing'] });
  });

  it('is a failure when there are no results', () => {
    expect(summarise(undefined)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('the cache of downloads', () => {
  const cacheOf = (env: Record<string, string>): string =>
    execFileSync(
      process.execPath,
      ['-e', `import(${JSON.stringify(new URL('./places.mjs', import.meta.url).href)}).then((m) => console.log(m.CACHE))`],
      {
        encoding: 'utf8',
        env,
      },
    ).trim();

  it('is where the user keeps caches, and never relative to the working directory', () => {
    expect(cacheOf({ HOME: tmpdir() })).toBe(join(tmpdir(), '.cache', 'octobus'));
    expect(cacheOf({ HOME: '/nowhere', XDG_CACHE_HOME: tmpdir() })).toBe(join(tmpdir(), 'octobus'));
    expect(cacheOf({ HOME: '' })).toMatch(/^\/.*\/(?:octobus|cache)$/);
    expect(cacheOf({ HOME: tmpdir(), XDG_CACHE_HOME: 'relative' })).toBe(join(tmpdir(), '.cache', 'octobus'));
  });
});

describe('what the file system refuses', () => {
  it('is one sentence without a stack', () => {
    const guard = new URL('./guard.mjs', import.meta.url).href;
    const script = `import(${JSON.stringify(guard)}).then((m) => m.reportAndExit(Object.assign(new Error('x'), { code: process.argv[1], path: '/a/b' })))`;
    const said = (code: string): string => {
      try {
        return execFileSync(process.execPath, ['-e', script, code], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
      } catch (error) {
        return (error as { readonly stderr: string }).stderr;
      }
    };
    expect(said('EACCES')).toBe('/a/b may not be written by this user: give it back with chown and chmod, or use a clone of your own.\n');
    expect(said('EROFS')).toContain('read-only');
    expect(said('ENOSPC')).toBe('The disk is full: free some space and try again.\n');
    expect(said('EOTHER')).toContain('    at ');
  });
});
