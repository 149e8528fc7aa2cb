import { closeSync, copyFileSync, existsSync, fstatSync, mkdirSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

export const LOG_FILE_BYTES = 10 * 1024 * 1024;

/** A file that children write to through their own descriptor, so that they outlive us without a broken pipe. */
export interface LogFile {
  readonly path: string;
  /** Open for appending; hand it to a child as its stdout and stderr. */
  readonly fd: number;
  /** Bytes written so far: where the next line will start. */
  size(): number;
  /** Moves the content to `<path>.1` and empties the file when it is over the limit; true when it did. */
  rotate(): boolean;
  close(): void;
}

/**
 * Opens (and makes) a bounded log file. Rotation copies and truncates, which works for writers that hold the descriptor because they append;
 * a line written in the instant between copy and truncation is lost.
 */
export function openLogFile(path: string, limitBytes: number = LOG_FILE_BYTES): LogFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(path, 'a', 0o600);
  const rotate = (): boolean => {
    if (fstatSync(fd).size <= limitBytes) return false;
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    return true;
  };
  rotate();
  const timer = setInterval(() => rotateIfPossible(rotate), 10_000);
  timer.unref();
  return {
    path,
    fd,
    size: () => fstatSync(fd).size,
    rotate,
    close: () => {
      clearInterval(timer);
      closeSync(fd);
    },
  };
}

/** A full disk must not end the supervisor: the next look tries again. */
function rotateIfPossible(rotate: () => boolean): void {
  try {
    rotate();
  } catch {
    return;
  }
}

/** What a log file holds from this byte on, at most the last `maxBytes`; empty when there is no file. */
export function readLog(path: string, from = 0, maxBytes = 64 * 1024): string {
  if (!existsSync(path)) return '';
  const size = statSync(path).size;
  const start = from > size ? 0 : Math.max(from, size - maxBytes);
  const buffer = Buffer.alloc(size - start);
  const fd = openSync(path, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, start));
  } finally {
    closeSync(fd);
  }
}

/** The last line that says something, shortened; for one-sentence messages. */
export function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const full = lines.find((line) => /no space left on device/i.test(line));
  const telling =
    full ?? lines.findLast((line) => /\b(?:fatal|panic|error)|\[(?:FTL|ERR)\]|"level":(?:50|60)/i.test(line)) ?? lines.at(-1) ?? '';
  return inWords(telling.trim()).slice(0, 400);
}

/** What Postgres and nats-server put before each line: time, zone, pid. */
const PREFIX = /^(?:\[\d+\] )?\d{4}[-/]\d\d[-/]\d\d [\d:.]+ (?:UTC )?(?:\[\d+\] )?/;

/** A JSON line of pino as a sentence; any other line without its time. */
function inWords(line: string): string {
  if (!line.startsWith('{')) return line.replace(PREFIX, '');
  try {
    const { msg, err } = JSON.parse(line) as {
      readonly msg?: unknown;
      readonly err?: { readonly message?: unknown; readonly code?: unknown };
    };
    const cause = err?.message ?? err?.code;
    return typeof msg === 'string' ? `${msg}${typeof cause === 'string' ? `: ${cause}` : ''}` : line;
  } catch {
    return line;
  }
}
