// Everything this program says goes to standard error: standard output belongs to what it starts.

/** Something the user can do something about: one sentence what is wrong and what to do, and the exit code. */
export class Trouble extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'Trouble';
    this.exitCode = exitCode;
  }
}

/** From sysexits.h: a part is unavailable, or somebody else is busy with it. */
export const UNAVAILABLE = 69;
export const BUSY = 75;

export const say = (line) => process.stderr.write(`${line}\n`);

/** One line of progress in the shape `  packages ......... 41 s   what came of it`. */
export function sayPart(name, milliseconds, result) {
  say(`  ${`${name} `.padEnd(18, '.')} ${formatTime(milliseconds).padEnd(6)} ${result}`);
}

export function formatTime(milliseconds) {
  const seconds = milliseconds / 1000;
  return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

/** Turns what a failed tool wrote into one sentence; `doing` names what was tried. */
export function explain(doing, output) {
  if (/ENOSPC|no space left/i.test(output)) return `${doing} failed because the disk is full: free some space and try again.`;
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|network|NewConnectionError|dial tcp/i.test(output)) {
    return `${doing} failed because the package registry can't be reached: check the network (or the proxy settings of npm and pip) and try again.`;
  }
  if (/EACCES|EPERM|permission denied/i.test(output)) return `${doing} failed because a folder isn't writable: ${tellingLine(output)}`;
  if (/npm ci.*can only install|EUSAGE|not in sync/i.test(output)) {
    return `${doing} failed because package-lock.json doesn't fit package.json: run git status, take back what changed (or run npm install), and try again.`;
  }
  return `${doing} failed: ${tellingLine(output)}`;
}

function tellingLine(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/complete log of this run|^npm (?:warn|notice)/i.test(line));
  const line = lines.find((text) => /error/i.test(text) && !/^npm error code/i.test(text)) ?? lines.at(-1) ?? 'it said nothing';
  return line.slice(0, 300);
}
