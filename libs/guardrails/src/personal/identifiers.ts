import { isCard, isIban, isLuhnNumber } from './banking.ts';
import { isDate } from './checksums.ts';
import { type Finding, hasContext, type Scene, standsAlone } from './finding.ts';
import { type Candidate, visitCandidates, groupsOf } from './groups.ts';
import type { IdRule } from './id-rules.ts';
import { idsOfAmericasAndAsia } from './ids-americas-asia.ts';
import { idsOfEurope } from './ids-europe.ts';
import { taxIds } from './ids-tax.ts';

const rulesByLength = new Map<number, IdRule[]>();
for (const rule of [...idsOfEurope, ...idsOfAmericasAndAsia, ...taxIds]) {
  for (const length of rule.lengths) rulesByLength.set(length, [...(rulesByLength.get(length) ?? []), rule]);
}

const fits = (rule: IdRule, { compact, separators }: Candidate): boolean =>
  rule.separators.test(separators) && rule.shape.test(compact) && rule.valid(compact);

function idFinding(rule: IdRule, scene: Scene, candidate: Candidate): Finding | undefined {
  if (!fits(rule, candidate)) return undefined;
  const { start, end } = candidate;
  if (rule.strong) return { kind: rule.kind, start, end, score: 0.97 };
  if (hasContext(scene, start, end, rule.context)) return { kind: rule.kind, start, end, score: 0.9 };
  return standsAlone(scene, start, end) ? { kind: rule.kind, start, end, score: rule.alone ?? 0.6 } : undefined;
}

const cardWords = ['card', 'visa', 'amex', 'karte', 'tarjeta', 'carte', 'cartão', 'carta di'];

function bankFinding(scene: Scene, candidate: Candidate): Finding | undefined {
  const { start, end } = candidate;
  if (isCard(candidate)) return { kind: 'card', start, end, score: 0.98 };
  if (isLuhnNumber(candidate) && hasContext(scene, start, end, cardWords)) return { kind: 'card', start, end, score: 0.8 };
  return isIban(candidate) && scene.text.charAt(end) !== '@' ? { kind: 'iban', start, end, score: 0.99 } : undefined;
}

function collect(scene: Scene, candidate: Candidate, findings: Finding[]): void {
  const bank = candidate.compact.length >= 12 ? bankFinding(scene, candidate) : undefined;
  if (bank !== undefined) findings.push(bank);
  for (const rule of rulesByLength.get(candidate.compact.length) ?? []) {
    const finding = idFinding(rule, scene, candidate);
    if (finding !== undefined) findings.push(finding);
  }
}

/** Cards, IBANs and national identifiers: every group of letters and digits, alone and joined with its neighbours, against each rule of that length. */
export function findIdentifiers(scene: Scene): Finding[] {
  const groups = groupsOf(scene.text);
  const findings: Finding[] = [];
  for (let first = 0; first < groups.length; first += 1) {
    visitCandidates(scene.text, groups, first, (candidate) => collect(scene, candidate, findings));
  }
  return findings;
}

const hetu = /[0-3]\d[01]\d{3}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]/g;
const hetuCheck = '0123456789ABCDEFHJKLMNPRSTUVWXY';

function isHetu(value: string): boolean {
  const month = Number(value.slice(2, 4));
  const day = Number(value.slice(0, 2));
  const century = value.charAt(6) === '+' ? 1800 : /[-U-Y]/.test(value.charAt(6)) ? 1900 : 2000;
  return (
    isDate(month, day, century + Number(value.slice(4, 6))) &&
    hetuCheck.charAt(Number(value.slice(0, 6) + value.slice(7, 10)) % 31) === value.charAt(10)
  );
}

/** The Finnish code's century sign belongs to the value, so it can't be read without separators. */
export function findHetus({ text }: Scene): Finding[] {
  const findings: Finding[] = [];
  for (const { index, 0: value } of text.matchAll(hetu)) {
    const touches = /[A-Za-z0-9]/.test(text.charAt(index - 1)) || /[A-Za-z0-9]/.test(text.charAt(index + value.length));
    if (!touches && isHetu(value)) findings.push({ kind: 'fi-hetu', start: index, end: index + value.length, score: 0.97 });
  }
  return findings;
}
