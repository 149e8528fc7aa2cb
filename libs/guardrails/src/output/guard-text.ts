import { findPersonalData } from '../personal/find-personal-data.ts';
import { isSecret } from '../personal/kinds.ts';
import { findLinks } from './links.ts';
import type { GuardAction, ReadyGuard } from './output-policy.ts';

export type GuardCheck = 'secret' | 'personal-data' | 'link' | 'canary' | 'system-prompt' | 'topic';
export type GuardVerdict = 'allow' | 'redact' | 'block';

/** What was found and, where it has a place, where: never the text itself. */
export interface GuardFinding {
  readonly check: GuardCheck;
  /** e.g. `card`, `aws-key`, `link-host`, the name of a topic or of a prompt. */
  readonly kind: string;
  readonly action: Exclude<GuardAction, 'allow'>;
  /** UTF-16 offsets into the text given; `end` is exclusive. Absent where the text as a whole is meant. */
  readonly start?: number;
  readonly end?: number;
}

export interface Guarded {
  readonly verdict: GuardVerdict;
  readonly findings: readonly GuardFinding[];
}

/** From here on a finding is no guess: secrets by their form, personal data by a checksum or its context. */
const SURE = { secret: 0.75, personal: 0.9 } as const;

function sensitive(text: string, guard: ReadyGuard): GuardFinding[] {
  const findings: GuardFinding[] = [];
  for (const { kind, start, end, score } of findPersonalData(text)) {
    const secret = isSecret(kind);
    const action = secret ? guard.secrets : guard.personalData;
    if (action === 'allow' || score < (secret ? SURE.secret : SURE.personal) || (!secret && !guard.isGuarded(kind))) continue;
    findings.push({ check: secret ? 'secret' : 'personal-data', kind, action, start, end });
  }
  return findings;
}

function leading(text: string, { links, allowedHosts }: ReadyGuard): GuardFinding[] {
  if (links === 'allow' || (!text.includes(':') && !text.includes('//'))) return [];
  return findLinks(text, allowedHosts).map((finding) => ({ check: 'link', action: links, ...finding }));
}

/** What has no place: the text as a whole is not let out. */
export function wholeFindings(text: string, guard: ReadyGuard, seen: PromptsSeen = new Map()): GuardFinding[] {
  const findings: GuardFinding[] = [];
  const block = (check: GuardCheck, kind: string): void => void findings.push({ check, kind, action: 'block' });
  for (const place of guard.canaries.foundIn(text, guard.decode)) block('canary', `canary-${place + 1}`);
  for (const topic of guard.topics.output.foundIn(text)) block('topic', topic);
  if (guard.systemPrompt !== 'allow')
    for (const prompt of guard.prompts) {
      const ofPrompt = seen.get(prompt.name) ?? new Set();
      seen.set(prompt.name, ofPrompt);
      if (prompt.leaksIn(text, guard.decode, ofPrompt)) block('system-prompt', prompt.name);
    }
  return findings;
}

/** What of each protected text occurred so far, of a text that comes in pieces. */
export type PromptsSeen = Map<string, Set<string>>;

/** What has a place, and can be taken out. */
export const placedFindings = (text: string, guard: ReadyGuard): GuardFinding[] => [...sensitive(text, guard), ...leading(text, guard)];

export function verdictOfFindings(findings: readonly GuardFinding[]): GuardVerdict {
  if (findings.some(({ action }) => action === 'block')) return 'block';
  return findings.length > 0 ? 'redact' : 'allow';
}

/** Checks what a model or an arm wrote before it leaves. Pure, linear in the length of the text. */
export function guardText(text: string, guard: ReadyGuard): Guarded {
  const findings = [...placedFindings(text, guard), ...wholeFindings(text, guard)];
  return { verdict: verdictOfFindings(findings), findings };
}

/** A mask is a new neighbour: what it uncovers is taken out, too. */
const ROUNDS = 3;

/** The text without what was found in it, nor what that uncovers. */
export function cleanOf(text: string, findings: readonly GuardFinding[], guard: ReadyGuard): string {
  let clean = redacted(text, findings);
  for (let round = 1; clean !== text && round < ROUNDS; round += 1) {
    const more = placedFindings(clean, guard);
    if (more.length === 0) break;
    clean = redacted(clean, more);
  }
  return clean;
}

/** Checks a text and takes out what can be: `text` is what may leave, '' when nothing may. */
export function cleanText(text: string, guard: ReadyGuard): Guarded & { readonly text: string } {
  const guarded = guardText(text, guard);
  return { ...guarded, text: guarded.verdict === 'block' ? '' : cleanOf(text, guarded.findings, guard) };
}

/** Names of the topics that nobody may bring up. */
export const refusedTopics = (text: string, guard: ReadyGuard): readonly string[] => guard.topics.input.foundIn(text);

/** What stands for something that was taken out. Nothing in it is found again. */
export const removed = (kind: string): string => `[removed: ${kind}]`;

/** The text without what was found at a place; what overlaps goes as one, under the kind that begins first. */
export function redacted(text: string, findings: readonly GuardFinding[]): string {
  const spans = findings
    .flatMap(({ kind, start, end }) => (start === undefined || end === undefined || end <= start ? [] : [{ kind, start, end }]))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const pieces: string[] = [];
  let from = 0;
  for (const { kind, start, end } of spans) {
    if (end <= from) continue;
    if (start >= from) pieces.push(text.slice(from, start), removed(kind));
    from = end;
  }
  return pieces.join('') + text.slice(from);
}
