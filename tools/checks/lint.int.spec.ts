import { spawnSync } from 'node:child_process';
import { copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyWorkspace } from './test/workspace.ts';

const HERE = fileURLToPath(new URL('../../', import.meta.url));

interface Diagnostic {
  readonly code?: string;
  readonly filename: string;
  readonly message: string;
}

/** The rule that must see it, the file, its text. */
const VIOLATIONS: readonly (readonly [rule: string, file: string, text: string])[] = [
  // Pure files: no Node, no clock, no chance, no process, no SDK.
  ...[
    'libs/kernel/src/a.ts',
    'libs/task/src/a.ts',
    'libs/guardrails/src/a.ts',
    'libs/text/src/a.ts',
    'apps/x/src/a.decide.ts',
    'apps/x/src/a.projection.ts',
    'apps/x/src/a.process.ts',
    'apps/x/src/a.fold.ts',
  ].flatMap((file): (readonly [string, string, string])[] => [
    [
      'eslint(no-restricted-imports)',
      file.replace('a.', 'node.'),
      "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n",
    ],
    [
      'eslint(no-restricted-imports)',
      file.replace('a.', 'sdk.'),
      "import { connect } from '@nats-io/transport-node';\nexport const x = connect;\n",
    ],
    [
      'eslint(no-restricted-imports)',
      file.replace('a.', 'adapter.'),
      "import { here } from '@octobus/jetstream';\nexport const x = here;\n",
    ],
    ['eslint(no-restricted-globals)', file.replace('a.', 'clock.'), 'export const now = (): number => Date.now();\n'],
    ['eslint(no-restricted-globals)', file.replace('a.', 'date.'), 'export const now = (): Date => new Date();\n'],
    ['eslint(no-restricted-globals)', file.replace('a.', 'process.'), 'export const home = process.env.HOME;\n'],
    ['eslint(no-restricted-globals)', file.replace('a.', 'timer.'), 'export const later = (f: () => void): unknown => setTimeout(f, 1);\n'],
    ['eslint(no-restricted-globals)', file.replace('a.', 'hidden.'), 'export const now = (): number => globalThis.Date.now();\n'],
    ['eslint(no-restricted-properties)', file.replace('a.', 'chance.'), 'export const dice = (): number => Math.random();\n'],
  ]),
  ['eslint(no-restricted-properties)', 'libs/kernel/src/time.ts', 'export const now = (): number => Date.now();\n'],

  // Everywhere.
  [
    'typescript(no-floating-promises)',
    'apps/x/src/floating.ts',
    'const work = async (): Promise<void> => {};\nexport function start(): void {\n  work();\n}\n',
  ],
  [
    'typescript(no-misused-promises)',
    'apps/x/src/misused.ts',
    'const open = async (): Promise<boolean> => true;\nexport const answer = (): string => (open() ? "a" : "b");\n',
  ],
  [
    'typescript(switch-exhaustiveness-check)',
    'apps/x/src/switch.ts',
    "export function f(kind: 'a' | 'b'): void {\n  switch (kind) {\n    case 'a':\n      break;\n  }\n}\n",
  ],
  ['typescript(await-thenable)', 'apps/x/src/awaits.ts', 'export const f = async (): Promise<number> => await 1;\n'],
  ['typescript(no-explicit-any)', 'apps/x/src/any.ts', 'export const f = (x: any): unknown => x;\n'],
  ['typescript(no-non-null-assertion)', 'apps/x/src/bang.ts', 'export const f = (x: string | undefined): string => x!;\n'],
  [
    'typescript(consistent-type-imports)',
    'apps/x/src/type-import.ts',
    "import { Some } from './cycle-a.ts';\nexport const f = (x: Some): Some => x;\n",
  ],
  ['typescript(only-throw-error)', 'apps/x/src/throws.ts', "export const f = (): never => {\n  throw 'no';\n};\n"],
  [
    'import(no-cycle)',
    'apps/x/src/cycle-a.ts',
    "import type { Other } from './cycle-b.ts';\nexport interface Some {\n  readonly other: Other;\n}\n",
  ],
  ['import(no-default-export)', 'apps/x/src/default.ts', 'export default 1;\n'],
  [
    'eslint(no-restricted-imports)',
    'apps/x/src/deep.ts',
    "import { fold } from '@octobus/kernel/src/decider.ts';\nexport const x = fold;\n",
  ],
  ['unicorn(filename-case)', 'apps/x/src/CamelCase.ts', 'export const x = 1;\n'],
  ['unicorn(prefer-node-protocol)', 'apps/x/src/bare.ts', "import { readFileSync } from 'fs';\nexport const x = readFileSync;\n"],
  ['eslint(no-console)', 'apps/x/src/prints.ts', 'export const f = (): void => console.log(1);\n'],
  ['eslint(max-lines)', 'apps/x/src/long.ts', Array.from({ length: 351 }, (_, i) => `export const x${i} = ${i};\n`).join('')],
  [
    'jest(no-focused-tests)',
    'apps/x/src/only.unit.spec.ts',
    "import { expect, it } from '@jest/globals';\nit.only('x', () => expect(1).toBe(1));\n",
  ],
];

/** What must pass, at the places nearest to a fence. */
const ALLOWED: readonly (readonly [file: string, text: string])[] = [
  ['libs/task/src/allowed.unit.spec.ts', "import { readFileSync } from 'node:fs';\nexport const x = [readFileSync, Date.now()];\n"],
  [
    'apps/x/src/allowed.handler.ts',
    "import { readFileSync } from 'node:fs';\nexport const x = [readFileSync, Date.now(), Math.random()];\n",
  ],
  ['libs/task/src/allowed.ts', 'export const most = (a: number, b: number): number => Math.max(a, b);\n'],
];

describe('the linter', () => {
  const workspace = emptyWorkspace();
  let found: readonly Diagnostic[];

  beforeAll(() => {
    for (const file of ['.oxlintrc.json', 'tsconfig.json']) copyFileSync(join(HERE, file), join(workspace.root, file));
    symlinkSync(join(HERE, 'node_modules'), join(workspace.root, 'node_modules'));
    workspace.write('package.json', '{ "type": "module" }');
    workspace.write(
      'apps/x/src/cycle-b.ts',
      "import type { Some } from './cycle-a.ts';\nexport interface Other {\n  readonly some: Some;\n}\n",
    );
    for (const [, file, text] of VIOLATIONS) workspace.write(file, text);
    for (const [file, text] of ALLOWED) workspace.write(file, text);
    const oxlint = join(HERE, 'node_modules', 'oxlint', 'bin', 'oxlint');
    const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'json'], {
      cwd: workspace.root,
      encoding: 'utf8',
      maxBuffer: 64 * 2 ** 20,
    });
    found = (JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] }).diagnostics;
  }, 60_000);
  afterAll(() => workspace[Symbol.dispose]());

  it.each(VIOLATIONS)('reports %s in %s', (rule, file) => {
    expect(found.filter(({ code, filename }) => filename === file && code === rule)).not.toEqual([]);
  });

  it.each(ALLOWED)('lets %s pass', (file) => {
    expect(found.filter(({ filename }) => filename === file)).toEqual([]);
  });
});
