import { readdirSync, readFileSync } from 'node:fs';
import { endProcess, identify, isAlive } from '@octobus/stack';

/** USER_HZ, in which /proc counts CPU time, is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/** What /proc/PID/stat says (proc(5)): parent, and ticks of itself and of the children it has waited for; undefined for other text. */
export function parseStat(text) {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const numbers = [fields[1], ...fields.slice(11, 15)].map(Number);
  if (numbers.length < 5 || numbers.some((n) => !Number.isFinite(n))) return undefined;
  const [parent, ...ticks] = numbers;
  return { parent, ticks: ticks.reduce((sum, n) => sum + n, 0) };
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** All processes by pid; empty where there is no /proc. */
function processTable() {
  let names = [];
  try {
    names = readdirSync('/proc');
  } catch {
    return new Map();
  }
  const entries = names.filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), parseStat(read(`/proc/${name}/stat`))]);
  return new Map(entries.filter(([, stat]) => stat !== undefined));
}

/** These processes and all below them that live, each once. */
export function treeOf(roots, table = processTable()) {
  const children = new Map();
  for (const [pid, { parent }] of table) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const found = new Set();
  const add = (pid) => {
    if (found.has(pid) || !table.has(pid)) return;
    found.add(pid);
    for (const child of children.get(pid) ?? []) add(child);
  };
  for (const pid of roots) add(pid);
  return [...found];
}

/** Milliseconds of CPU, user and system, of these processes and all below them, those included that have ended; undefined without /proc. */
export function cpuMsOf(roots) {
  const table = processTable();
  const tree = treeOf(roots, table);
  if (tree.length === 0) return undefined;
  return tree.reduce((sum, pid) => sum + table.get(pid).ticks, 0) * MS_PER_TICK;
}

/** Memory of these processes and all below them in MB: what they share counts once (Pss), where the kernel tells it; undefined without /proc. */
export function memoryMbOf(roots) {
  const tree = treeOf(roots);
  if (tree.length === 0) return undefined;
  return tree.reduce((sum, pid) => sum + kilobytesOf(pid), 0) / 1024;
}

function kilobytesOf(pid) {
  const exact = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`));
  const rough = exact ?? /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`));
  return Number(rough?.[1] ?? 0);
}

/** Remembers every process below a root that it was shown, so that those can be ended whose parent has died before them. */
export class Family {
  #known = new Map();

  note(...roots) {
    for (const pid of new Set([...roots, ...treeOf(roots)])) {
      const identity = this.#known.has(pid) ? undefined : identify(pid);
      if (identity !== undefined) this.#known.set(pid, identity);
    }
  }

  /**
   * Ends what still lives, by pid: asked first, killed after the grace time. Those above go before those below, which a supervisor would start
   * again and most end in order themselves.
   */
  async end(graceMs) {
    for (let eldest = this.#eldest(); eldest.length > 0; eldest = this.#eldest()) {
      await Promise.all(eldest.map((identity) => endProcess(identity, 'SIGTERM', graceMs)));
      for (const { pid } of eldest) this.#known.delete(pid);
    }
  }

  /** Living members that are below no other. */
  #eldest() {
    const living = [...this.#known.values()].filter(isAlive);
    this.note(...living.map(({ pid }) => pid));
    const below = new Set(living.flatMap(({ pid }) => treeOf([pid]).filter((other) => other !== pid)));
    return living.filter(({ pid }) => !below.has(pid));
  }
}
