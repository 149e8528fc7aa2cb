// The contracts of a workspace as one value: what a release keeps of them in proto/released, and what today's are held against.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const DESCRIBE = join(dirname(fileURLToPath(import.meta.url)), 'describe.mjs');

/** Recorded events that no later release may lose or change: samples of each type, whole logs and what they fold to. */
const RECORDED = ['libs/contracts/samples', 'libs/contracts/recorded'];

/** Throws with what Node says when the contracts can't be loaded. */
export function imageOf(root) {
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-transform-types', '--conditions=@octobus/source'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, DESCRIBE, root], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (status !== 0) throw new Error(`the contracts can't be loaded: ${stderr.trim()}`);
  return { ...JSON.parse(stdout), recorded: Object.fromEntries(RECORDED.flatMap((folder) => digests(root, folder))) };
}

export const filesOf = (folder) =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
        .sort();

const digests = (root, folder) =>
  filesOf(join(root, folder)).map((file) => [`${folder}/${file}`, digestOf(readFileSync(join(root, folder, file), 'utf8'))]);

/** How a JSON file is laid out doesn't matter, what it says does; a log holds one value a line. */
const digestOf = (text) => createHash('sha256').update(said(text)).digest('hex');

function said(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
