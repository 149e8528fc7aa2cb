import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The manifests of a workspace: its own and those of its packages, by folder. */
export function readManifests(root) {
  const folders = ['libs', 'apps'].flatMap((group) =>
    existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => `${group}/${name}`) : [],
  );
  const packages = folders.filter((folder) => existsSync(join(root, folder, 'package.json')));
  return { root: readManifest(root), packages: new Map(packages.map((folder) => [folder, readManifest(join(root, folder))])) };
}

/** `@scope/name/part` -> `@scope/name`. */
export const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Exports that tests, types and these checks couldn't follow to their source. */
export const exportFindings = ({ packages }) =>
  [...packages].flatMap(([folder, { exports = {} }]) =>
    Object.entries(exports)
      .filter(([, target]) => !Object.hasOwn(target, '@octobus/source'))
      .map(([door]) => `${folder}/package.json: the export "${door}" doesn't name its "@octobus/source"`),
  );

/**
 * What a package imports and its package.json doesn't list, or lists in a version that isn't the workspace's. Code under test may also use the
 * foreign packages of the workspace itself (Jest, fast-check).
 * `imports`: { file, specifier, test } of every import by name.
 */
export function manifestFindings({ root, packages }, imports) {
  const findings = new Map();
  const names = new Map([...packages.values()].map((manifest) => [manifest.name, manifest]));
  const shared = { ...root.dependencies, ...root.devDependencies };
  for (const { file, specifier, test } of imports) {
    const folder = file.split('/').slice(0, 2).join('/');
    const manifest = packages.get(folder);
    const name = packageOf(specifier);
    if (manifest === undefined || name === manifest.name) continue;
    const listed = { ...manifest.dependencies, ...(test ? manifest.devDependencies : {}) };
    if (Object.hasOwn(listed, name) || (test && !names.has(name) && Object.hasOwn(shared, name))) continue;
    const finding = `${folder}/package.json lacks "${name}" in ${test ? 'devDependencies' : 'dependencies'}`;
    if (!findings.has(finding)) findings.set(finding, `${finding} (${file})`);
  }
  for (const [folder, manifest] of packages) {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      const wanted = names.get(name)?.version ?? shared[name];
      const finding = `${folder}/package.json: "${name}" is ${version}, the workspace has ${wanted ?? 'none'}`;
      if (wanted !== version) findings.set(finding, finding);
    }
  }
  return [...findings.values()];
}
