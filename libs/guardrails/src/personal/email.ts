import type { Finding, Scene } from './finding.ts';

const maxLocal = 64;
const maxDomain = 255;
const localCharacter = /[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]/u;
const domainCharacter = /[\p{L}\p{N}.-]/u;
const topLevel = /^(?:\p{L}{2,24}|xn--[a-z0-9-]{2,59})$/iu;
const label = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/** Start of the quoted local part that ends before `at`, undefined when there is none. */
function quotedStart(text: string, at: number): number | undefined {
  if (text.charAt(at - 1) !== '"') return undefined;
  for (let i = at - 2; i >= Math.max(0, at - maxLocal); i -= 1) {
    if (text.charAt(i) === '\n') return undefined;
    if (text.charAt(i) === '"' && text.charAt(i - 1) !== '\\') return i;
  }
  return undefined;
}

function localStart(text: string, at: number): number | undefined {
  let start = at;
  while (start > 0 && at - start <= maxLocal && localCharacter.test(text.charAt(start - 1))) start -= 1;
  while (start < at && /['`{|*=/#]/.test(text.charAt(start))) start += 1;
  const local = text.slice(start, at);
  const ill = local === '' || local.length > maxLocal || local.startsWith('.') || local.endsWith('.') || local.includes('..');
  return ill ? quotedStart(text, at) : start;
}

function domainEnd(text: string, from: number): number | undefined {
  let end = from;
  while (end < text.length && end - from < maxDomain && domainCharacter.test(text.charAt(end))) end += 1;
  while (end > from && /[.-]/.test(text.charAt(end - 1))) end -= 1;
  const labels = text.slice(from, end).split('.');
  const last = labels[labels.length - 1] ?? '';
  return labels.length >= 2 && topLevel.test(last) && labels.every((part) => label.test(part)) ? end : undefined;
}

const opens = /[<([{"'=:,;>|/&?\s]/;
const closes = /[>)\]}"'=:,;<|/&?\s]/;

/** A text of one piece that is more than an address (`a@b.co.`, `"a"b@c.de`) is none; in running text what follows is punctuation. */
function isWhole({ text, trimmed, onePiece }: Scene, start: number, end: number): boolean {
  if (!onePiece) return true;
  const quotedBefore = text.charAt(start - 1) === '"' && text.charAt(trimmed.start) === '"' && start - 1 > trimmed.start;
  const before = start === trimmed.start || (opens.test(text.charAt(start - 1)) && !quotedBefore);
  const after = end === trimmed.end || (closes.test(text.charAt(end)) && !brokenLabel.test(text.slice(end, end + 26)));
  return before && after;
}

/** An exotic space inside the last label: `a@b.co m`. */
const brokenLabel = /^\s[a-z]{1,24}$/i;

/** Found from each "@" outwards, at most 64 + 255 characters. */
export function findEmails(scene: Scene): Finding[] {
  const { text } = scene;
  const findings: Finding[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const end = domainEnd(text, at + 1);
    const start = end === undefined ? undefined : localStart(text, at);
    if (start === undefined || end === undefined || text.charAt(end) === '@' || !isWhole(scene, start, end)) continue;
    findings.push({ kind: 'email', start, end, score: 0.98 });
  }
  return findings;
}
