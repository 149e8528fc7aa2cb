import { fork } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Family } from './processes.mjs';

const GRACE_MS = 10_000;
/** For the process to go after it has answered `stop`. */
const LEAVE_MS = 2_000;

/** A system under test in a process of its own: orders go to it over IPC, one at a time, and it answers each. */
export class SystemProcess {
  #child;
  #family = new Family();
  #waiting = new Map();
  #nextId = 1;
  #gone;
  #logFile;

  constructor({ main, cwd, env, logFile }) {
    this.#logFile = logFile;
    const log = openSync(logFile, 'a', 0o600);
    try {
      // A process group of its own: Ctrl-C at the terminal reaches the harness alone, which ends everything in order.
      this.#child = fork(main, [], { cwd, env, execArgv: [], stdio: ['ignore', log, log, 'ipc'], detached: true });
    } finally {
      closeSync(log);
    }
    this.#gone = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`its process couldn't be started: ${error.message}`));
      this.#child.once('exit', (code, signal) =>
        resolve(signal === null ? `its process ended with exit code ${code}` : `its process was ended by ${signal}`),
      );
    }).then((why) => this.#refuseAll(why));
    this.#child.on('message', ({ id, ok, error }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(ok ?? {});
      else waiting?.reject(new Error(String(error).split('\n')[0]));
    });
  }

  /** What the system answered; an Error with one sentence when it refused, ended, was too slow, or the signal fired. */
  async ask(order, withinMs, signal) {
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers();
    const onAbort = () => reject(signal.reason);
    const timer = setTimeout(() => reject(new Error(`no answer to "${order.do}" within ${Math.round(withinMs / 1000)} s`)), withinMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#waiting.set(id, { resolve, reject });
    try {
      signal?.throwIfAborted();
      if (!this.#child.connected) throw new Error(await this.#gone);
      this.#child.send({ id, ...order }, (error) => error && reject(new Error('its process no longer listens')));
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#waiting.delete(id);
      if (this.#child.pid !== undefined) this.#family.note(this.#child.pid);
    }
  }

  /** Asks it to stop, lets go of the channel, and ends by pid whatever of it is left then. Never fails. */
  async end(withinMs) {
    if (this.#child.pid !== undefined) this.#family.note(this.#child.pid);
    await this.ask({ do: 'stop' }, withinMs).catch(() => undefined);
    if (this.#child.connected) this.#child.disconnect();
    await Promise.race([this.#gone, delay(LEAVE_MS, undefined, { ref: false })]);
    await this.#family.end(GRACE_MS);
  }

  /** Of an uncaught error the line that names it, else the last line the process wrote. */
  #lastWords() {
    const lines = readFileSync(this.#logFile, 'utf8').trimEnd().split('\n');
    return (lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '').slice(0, 200);
  }

  #refuseAll(why) {
    const words = this.#lastWords();
    const sentence = words === '' ? why : `${why}: ${words}`;
    for (const { reject } of this.#waiting.values()) reject(new Error(sentence));
    this.#waiting.clear();
    return sentence;
  }
}
