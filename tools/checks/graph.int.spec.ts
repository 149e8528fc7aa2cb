import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const HERE = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}
interface Graph {
  readonly nodes: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
}

const manifests = ['libs', 'apps']
  .flatMap((group) => readdirSync(join(HERE, group)).map((name) => join(HERE, group, name, 'package.json')))
  .filter((path) => existsSync(path))
  .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Manifest);

describe('the project graph', () => {
  const folder = mkdtempSync(join(tmpdir(), 'octo-graph-'));
  let graph: Graph;

  beforeAll(() => {
    const nx = join(HERE, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
    const file = join(folder, 'graph.json');
    const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_ISOLATE_PLUGINS: 'false' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [nx, 'graph', '--file', file], { cwd: HERE, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${stdout}${stderr}`);
    graph = (JSON.parse(readFileSync(file, 'utf8')) as { graph: Graph }).graph;
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds every package and the workspace’s own checks', () => {
    expect(Object.keys(graph.nodes).sort()).toEqual([...manifests.map(({ name }) => name), 'workspace'].sort());
  });

  it.each(manifests)('leads from $name to the packages it lists', ({ name, dependencies = {} }) => {
    const targets = new Set(graph.dependencies[name]?.map(({ target }) => target));
    const listed = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@octobus/'));
    expect(listed.filter((dependency) => !targets.has(dependency))).toEqual([]);
  });
});
