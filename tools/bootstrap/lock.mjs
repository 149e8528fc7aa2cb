import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BUSY, say, Trouble } from './say.mjs';

const PATIENCE_MS = 10 * 60_000;

/** Does the work while no other bootstrap of this clone does; waits for one that is at it, and takes over the lock of one that died. */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  await acquire(path);
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function acquire(path) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let told = false; !tryTake(path); told = true) {
    const holder = readHolder(path);
    if (holder !== undefined && !isAlive(holder)) {
      putAside(path, holder);
      continue;
    }
    if (!told && holder !== undefined) say(`  waiting for another Octobus command (pid ${holder.pid}) that is installing in this clone`);
    if (Date.now() > deadline)
      throw new Trouble(
        `Another Octobus command (pid ${holder?.pid}) has been installing in this clone for 10 minutes: end it, then try again.`,
        BUSY,
      );
    await delay(200);
  }
}

/** A link appears with its whole content or not at all, and only one can win. */
function tryTake(path) {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, start: startOf(process.pid) }));
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Moves the dead lock away; when somebody has just replaced it by a living one, gives that back. */
function putAside(path, dead) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    const moved = readHolder(aside);
    if (moved !== undefined && (moved.pid !== dead.pid || moved.start !== dead.start)) linkSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readHolder(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive({ pid, start }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
  }
  return start === null || startOf(pid) === start;
}

/** Tells a process from a later one with the same pid; null where /proc doesn't exist. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
