import type { Timeline } from '@octobus/task';

/** "  0.021  retrieved     retriever     6 passages": one line of a timeline, fit for a terminal and a pipe. */
export function timelineLine(entry: Timeline): string {
  const what = entry.type.replace(/^task\./, '').replace(/\.v\d+$/, '');
  const where = entry.step === undefined ? '' : `${entry.step}${(entry.attempt ?? 1) > 1 ? ` (attempt ${entry.attempt})` : ''}`;
  const who = entry.actor.startsWith('key:') || entry.actor.startsWith('nats:') ? 'reflex' : entry.actor;
  return `  ${(entry.afterMs / 1000).toFixed(3)}  ${what.padEnd(16)} ${printableLine(who).padEnd(15)} ${printableLine([where, entry.note].filter(Boolean).join('  '))}`.trimEnd();
}

/** Text from outside without characters that steer a terminal. */
export function printable(text: string): string {
  let clean = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const steers = code < 32 || (code >= 127 && code < 160) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    clean += steers && character !== '\n' && character !== '\t' ? '\ufffd' : character;
  }
  return clean;
}

/** The same on one line: what comes from outside can't forge a line of its own. */
export const printableLine = (text: string): string => printable(text).replaceAll(/[\n\t]/g, ' ');
