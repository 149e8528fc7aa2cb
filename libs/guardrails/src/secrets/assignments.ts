import type { Finding, Scene } from '../personal/finding.ts';
import { entropy } from './entropy.ts';

const secretName =
  /(?:pass(?:word|wd|phrase|code)?|pwd|secret|secret[_-]?(?:access[_-]?)?key|api[_-]?key|apikey|access[_-]?key|auth[_-]?(?:token|key)|private[_-]?key|client[_-]?secret|token|credentials?|(?:softlayer|sl|cloudant|cl|ibm|iam|cos)[a-z_-]{0,12}(?:key|pw|pass|pwd))$/;
const nameCharacter = /[A-Za-z0-9_.-]/;
const placeholder =
  /^(?:[$%<{[(&*]|\.\.\.|x{3,}|\*{3,}|#{3,}|null|none|true|false|undefined|change|insert|enter|replace|dummy|fake|sample|example|test|placeholder|redacted|os\.|process\.|env|get|function|string|secret|password|passwd|token|your|my|the|required|optional)/i;
const valueCharacter = /[^\s"'`,;<>()[\]{}]/;
const maxValue = 256;

/** Name that ends before `at`, with quotes and spaces between skipped: `"api_key" : `. */
function nameBefore(text: string, at: number): string {
  let end = at;
  while (end > 0 && at - end < 4 && /[\s"':]/.test(text.charAt(end - 1))) end -= 1;
  let start = end;
  while (start > 0 && end - start < 48 && nameCharacter.test(text.charAt(start - 1))) start -= 1;
  return text.slice(start, end).toLowerCase();
}

interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

function valueAfter(text: string, at: number): Value | undefined {
  let start = at;
  while (start < text.length && start - at < 6 && /[=:>\s]/.test(text.charAt(start)) && text.charAt(start) !== '\n') start += 1;
  const quote = /["'`]/.test(text.charAt(start)) ? text.charAt(start) : '';
  if (quote !== '') start += 1;
  let end = start;
  while (end < text.length && end - start < maxValue && valueCharacter.test(text.charAt(end))) end += 1;
  const closed = quote !== '' && text.charAt(end) === quote;
  if (quote === '' && /[.!?:]/.test(text.charAt(end - 1))) end -= 1;
  return end - start >= 6 && (quote === '' || closed) ? { start, end, quoted: quote !== '' } : undefined;
}

/** Mixed enough to be no word: several kinds of characters, or long and even. */
function looksRandom(value: string, named: boolean): boolean {
  if (placeholder.test(value) || /[-_](?:key|here|token|secret|env)$/i.test(value) || value.includes('://')) return false;
  const kindsOfCharacters = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((pattern) => pattern.test(value)).length;
  const bits = entropy(value);
  if (named) return kindsOfCharacters >= 2 && bits >= 2.5 && /[\d\W_]/.test(value) && !/^[a-z]+(?:[-_.][a-z]+)*$/i.test(value);
  return value.length >= 16 && bits >= 3 && (kindsOfCharacters >= 2 || value.length >= 20);
}

/** `password = ...`, `"api_key": "..."`: a name that says secret and a value that looks like one. The finding is the value. */
export function findAssignments({ text }: Scene): Finding[] {
  const findings: Finding[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 0x3d && code !== 0x3a) continue;
    const name = nameBefore(text, at);
    if (name.length < 3 || !secretName.test(name)) continue;
    const value = valueAfter(text, at);
    if (value === undefined || !looksRandom(text.slice(value.start, value.end), /pass|pwd|pw$/.test(name))) continue;
    findings.push({ kind: 'assigned-secret', start: value.start, end: value.end, score: 0.8 });
    at = value.end - 1;
  }
  return findings;
}
