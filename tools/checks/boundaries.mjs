// Who may import whom (.dependency-cruiser.mjs), and whether every package.json lists what its package imports.
// node tools/checks/boundaries.mjs [folder of a workspace]   one line a finding; exit code 1 if there is any.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import config, { TEST } from '../../.dependency-cruiser.mjs';
import { exportFindings, manifestFindings, readManifests } from './manifests.mjs';

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..'));
const test = new RegExp(TEST);

const describe = ({ rule, from, to, cycle, comment }) =>
  `${from} -> ${cycle === undefined ? to : cycle.map((step) => step.name).join(' -> ')}: ${rule.name}${comment === undefined ? '' : ` (${comment})`}`;

/** Imports of packages by name; relative ones and Node's own need no entry. */
const importsByName = (modules) =>
  modules
    .filter(({ source }) => /^(?:libs|apps)\//.test(source))
    .flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ module, dependencyTypes }) => !module.startsWith('.') && !dependencyTypes.includes('core'))
        .map(({ module }) => ({ file: source, specifier: module, test: test.test(source) })),
    );

process.chdir(root);
const groups = ['libs', 'apps'].filter((group) => existsSync(join(root, group)));
const { output } = await cruise(groups, { ...config.options, baseDir: root, validate: true, ruleSet: { forbidden: config.forbidden } });
const comments = new Map(config.forbidden.map(({ name, comment }) => [name, comment]));
const manifests = readManifests(root);
const findings = [
  ...output.summary.violations.map((violation) => describe({ ...violation, comment: comments.get(violation.rule.name) })),
  ...manifestFindings(manifests, importsByName(output.modules)),
  ...exportFindings(manifests),
];
for (const finding of findings) process.stdout.write(`${finding}\n`);
process.stdout.write(`${output.summary.totalCruised} modules, ${findings.length} findings\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
