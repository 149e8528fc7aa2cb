// Keeps an image of today's contracts as those of a release: from then on every change is checked against it. Record the release's log first:
// node --experimental-transform-types --conditions=@octobus/source apps/octobus/test/record-log.ts <version>
// node tools/contracts/release.mjs <version>
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { imageOf } from './image.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const version = process.argv[2] ?? '';
const image = join('released', `${version}.binpb`);

if (!/^\d+\.\d+\.\d+$/.test(version)) {
  process.stderr.write('Which version? E.g.: node tools/contracts/release.mjs 0.2.0\n');
  process.exit(64);
}
if (existsSync(join(root, 'proto', image))) {
  process.stderr.write(`proto/${image} is there already: what was released is not changed.\n`);
  process.exit(1);
}
if (!existsSync(join(root, 'libs', 'contracts', 'recorded', `${version}.ndjson`))) {
  process.stderr.write(`libs/contracts/recorded/${version}.ndjson is not there: record the log of this release first.\n`);
  process.exit(1);
}
const buf = join(root, 'node_modules', '@bufbuild', 'buf', 'bin', 'buf');
const { status } = spawnSync(process.execPath, [buf, 'build', '--exclude-source-info', '--output', image], {
  cwd: join(root, 'proto'),
  stdio: 'inherit',
});
if (status === 0) writeFileSync(join(root, 'proto', 'released', `${version}.json`), `${JSON.stringify(imageOf(root), undefined, 1)}\n`);
process.exitCode = status ?? 1;
