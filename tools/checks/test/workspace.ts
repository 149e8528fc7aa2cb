import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A throw-away workspace with our folders, for checks that are pointed at it. */
export interface PlantedWorkspace extends Disposable {
  readonly root: string;
  /** Writes a file, making its folders. */
  write(path: string, text: string): void;
}

export function emptyWorkspace(): PlantedWorkspace {
  const root = mkdtempSync(join(tmpdir(), 'octo-planted-'));
  return {
    root,
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

export interface PlantedPackages {
  /** Folders, e.g. `libs/kernel`. */
  readonly ours: readonly string[];
  /** Names of foreign packages that can be imported. */
  readonly foreign: readonly string[];
}

/** Packages that export `.`, `./service` and `./testing`, list every other in their package.json, and import nothing. */
export function plantPackages(workspace: PlantedWorkspace, { ours, foreign }: PlantedPackages): void {
  const versions = Object.fromEntries(foreign.map((name) => [name, '1.0.0']));
  const own = Object.fromEntries(ours.map((folder) => [`@octobus/${folder.split('/')[1]}`, '0.1.0']));
  workspace.write('package.json', JSON.stringify({ name: 'planted', type: 'module', dependencies: versions }));
  for (const folder of ours) {
    const name = `@octobus/${folder.split('/')[1]}`;
    const exports = Object.fromEntries(
      [
        ['.', 'index'],
        ['./service', 'service'],
        ['./testing', 'testing/index'],
      ].map(([door, file]) => [door, { '@octobus/source': `./src/${file}.ts`, default: `./dist/${file}.js` }]),
    );
    workspace.write(
      `${folder}/package.json`,
      JSON.stringify({ name, version: '0.1.0', type: 'module', exports, dependencies: { ...own, ...versions } }),
    );
    for (const file of ['index', 'service', 'testing/index']) workspace.write(`${folder}/src/${file}.ts`, 'export const here = 1;\n');
    mkdirSync(join(workspace.root, 'node_modules', '@octobus'), { recursive: true });
    symlinkSync(join('..', '..', folder), join(workspace.root, 'node_modules', name));
  }
  for (const name of foreign) {
    workspace.write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', main: 'index.js' }));
    workspace.write(`node_modules/${name}/index.js`, 'export const there = 1;\n');
  }
}
