import { type Finding, isAlphanumericAt, type Scene } from '../personal/finding.ts';
import { spokenWords } from '../personal/spoken-words.ts';
import { base64Bytes, textOfBytes } from '../text/base64.ts';
import { findAssignments } from './assignments.ts';
import { entropy } from './entropy.ts';
import { tokenRules } from './token-rules.ts';

const continues = (text: string, at: number): boolean => isAlphanumericAt(text, at) || text.charAt(at) === '_';

const hintsIn = spokenWords(tokenRules.flatMap(({ hints }) => hints));

function findTokens({ text }: Scene): Finding[] {
  const findings: Finding[] = [];
  const said = hintsIn(text);
  for (const { kind, hints, pattern, probe, score, entropy: least = 0 } of tokenRules) {
    if ((hints.length > 0 && !hints.some((hint) => said.has(hint))) || probe?.test(text) === false) continue;
    for (const { index, 0: value } of text.matchAll(pattern)) {
      const end = index + value.length;
      if (continues(text, index - 1) || continues(text, end) || entropy(value) < least) continue;
      findings.push({ kind, start: index, end, score });
    }
  }
  return findings;
}

const pemStart = /-----BEGIN (?:[A-Z]{2,9} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const maxPem = 16_384;

/** The whole block when its end is there, else up to 16 kB after its head. */
function findPrivateKeys({ text }: Scene): Finding[] {
  const findings: Finding[] = [];
  if (!text.includes('-----BEGIN ')) return findings;
  for (const { index, 0: head } of text.matchAll(pemStart)) {
    if (index < (findings[findings.length - 1]?.end ?? 0)) continue;
    const body = text.slice(index + head.length, index + maxPem);
    const foot = /-----END [A-Z ]{0,40}-----/.exec(body);
    const cut = /[^A-Za-z0-9+/=\s:,\-\\]/.exec(body)?.index ?? body.length;
    const length = foot === null ? cut : foot.index + foot[0].length;
    findings.push({ kind: 'private-key', start: index, end: index + head.length + length, score: 0.99 });
  }
  return findings;
}

/** Only where a token begins: tried inside a long one it would be read to its end again and again. */
const jwt = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,4096}\.[A-Za-z0-9_-]{4,16384}(?:\.[A-Za-z0-9_-]{0,4096}){0,3}/g;

function isJsonObject(encoded: string): boolean {
  const bytes = base64Bytes(encoded);
  if (bytes === undefined) return false;
  try {
    const value: unknown = JSON.parse(textOfBytes(bytes));
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

function isJwt(value: string): boolean {
  const [header = '', payload = '', third = ''] = value.split('.');
  const encrypted = value.split('.').length === 5;
  return isJsonObject(header) && (encrypted || isJsonObject(payload)) && !third.startsWith('.');
}

function findJwts({ text }: Scene): Finding[] {
  const findings: Finding[] = [];
  if (!text.includes('eyJ')) return findings;
  for (const { index, 0: value } of text.matchAll(jwt)) {
    if (!continues(text, index - 1) && isJwt(value)) findings.push({ kind: 'jwt', start: index, end: index + value.length, score: 0.98 });
  }
  return findings;
}

const authority = /:\/\/([^\s/:@"'<>]{1,128}):([^\s/@"'<>]{1,256})@[A-Za-z0-9[]/g;
const isTemplate = (value: string): boolean => /^(?:[$<{%[*]|x{3,}$)/i.test(value);

/** `scheme://user:password@host`; the finding covers user and password. */
function findUrlCredentials({ text }: Scene): Finding[] {
  const findings: Finding[] = [];
  if (!text.includes('://')) return findings;
  for (const { index, 0: value, 2: password = '' } of text.matchAll(authority)) {
    if (!isTemplate(password)) findings.push({ kind: 'url-credentials', start: index + 3, end: index + value.length - 2, score: 0.96 });
  }
  return findings;
}

export const findSecrets = (scene: Scene): Finding[] => [
  ...findTokens(scene),
  ...findPrivateKeys(scene),
  ...findJwts(scene),
  ...findUrlCredentials(scene),
  ...findAssignments(scene),
];
