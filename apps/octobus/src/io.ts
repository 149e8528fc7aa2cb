import type { Writable } from 'node:stream';
import { isFault } from '@octobus/kernel';

export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Where a command writes: results to standard output, everything else to standard error. */
export interface Io {
  readonly json: boolean;
  /** One JSON line with `--json`, else the text. */
  result(value: unknown, text: () => string): void;
  /** A line of progress; with `--json` it goes to standard error. */
  line(text: string): void;
}

export const createIo = (json: boolean): Io => ({
  json,
  result: (value, text) => void process.stdout.write(`${json ? JSON.stringify(value) : text()}\n`),
  line: (text) => void (json ? process.stderr : process.stdout).write(`${text}\n`),
});

/** One sentence and its code; with `--json` a JSON line on standard error. */
export function complain(error: unknown, json: boolean): void {
  const code = isFault(error) ? error.code : 'defect';
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(json ? `${JSON.stringify({ error: { code, message } })}\n` : `octobus: ${message} (${code})\n`);
  if (!isFault(error) && error instanceof Error && process.env['OCTO_DEBUG']) process.stderr.write(`${error.stack ?? ''}\n`);
}

/** Raised by a command itself; the parser says its own. */
export const MISSING = 'octobus.missing';

/** A command that is not as its help says: with `--json` a JSON line on standard error, too. */
export function complainOfUsage({ code, message }: { readonly code: string; readonly message: string }, json: boolean): void {
  if (json) {
    const said = code === 'commander.help' ? 'a command is missing; --help lists them' : message.replace(/^error: /, '');
    process.stderr.write(`${JSON.stringify({ error: { code: 'usage', message: said } })}\n`);
  } else if (code === MISSING) process.stderr.write(`${message}\n(add --help for help)\n`);
}

/** Resolves when what was written before is handed over, or its reader has gone: a process that ends sooner takes the rest with it. */
export const flushed = (stream: Writable): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => resolve());
  });
