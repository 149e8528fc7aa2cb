import { sentences, terms } from '@octobus/text';

/** What a goal asks, one question a part, in its own words. */
const LONGEST_GOAL = 20_000;
/** A quotation this long is material, not a list of questions. */
const QUOTATION = /["„“«「『]{1}[^"“”»」』]{40,}["“”»」』]/u;
const ASKS = /[?？؟]["'”’»)\s]{0,4}$/u;

const QUESTION_WORDS =
  'what|when|where|who|whom|whose|which|why|how|was|wann|wo|wer|wen|wem|wessen|welche[mnrs]?|warum|wieso|weshalb|wie|wieviele|qué|cuándo|dónde|quién(?:es)?|cuál(?:es)?|cómo|cuánt[oa]s?|por qué|que|quand|où|qui|quel(?:le)?s?|pourquoi|comment|combien';
const JOINT = new RegExp(String.raw`[,;]?\s(?:and|und|y|et|as well as|sowie)\s(?=(?:${QUESTION_WORDS})\s)`, 'iu');
/** Orders that ask for something of their own, unlike "quote the clause" or "a table, please". */
const REQUESTS =
  /^(?:please |bitte )?(?:explain|describe|list|name|compare|summari[sz]e|find(?: out)?|tell me|show me|give me|erkläre?|beschreibe?|nenne?|vergleiche?|finde|zähle?|explica|describe|enumera|compara|explique|décris)\s/iu;
/** Words that point back to what was asked before. */
const POINTS_BACK =
  /(?:^|[\s'"(])(?:it|its|they|them|their|he|him|his|she|her|es|ihn|ihm|sie|ihre?[mnrs]?|dabei|daran|davon|ello|ellos|ellas|él|ella|il|elle|ils|elles)(?=$|[\s,.;:?!'")])/iu;
const NUMBERED = /(?:^|\s)(\d{1,2})[.)]\s/gu;

const content = (part: string): number => new Set(terms(part)).size;
const isQuestion = (part: string): boolean => ASKS.test(part.slice(-8));

/** The items of "1) ... 2) ..." in one line; a run of numbers from 1 on, at least two. */
function numberedItems(text: string): string[] | undefined {
  const marks: { start: number; end: number }[] = [];
  for (const mark of text.matchAll(NUMBERED)) {
    if (Number(mark[1]) === marks.length + 1) marks.push({ start: mark.index, end: mark.index + mark[0].length });
  }
  if (marks.length < 2) return undefined;
  return marks.map(({ end }, index) => text.slice(end, marks[index + 1]?.start ?? text.length).trim());
}

/** Parts on both sides of each joint stay apart only when both can be understood alone. */
function splitAt(text: string, joint: RegExp): string[] {
  const parts = text
    .split(joint)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.length > 1 && parts.every((part) => content(part) >= 2) ? parts : [text];
}

/** The questions and requests of one sentence; none when it only says how to answer. */
function ofSentence(sentence: string): string[] {
  const asks = isQuestion(sentence);
  const clauses = splitAt(sentence, /;\s/u).filter((clause) => asks || REQUESTS.test(clause));
  return asks ? clauses.flatMap((clause) => splitAt(clause, JOINT)) : clauses;
}

/** A part that points back is read together with the one before it. */
function attach(parts: readonly string[]): string[] {
  const whole: string[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (last !== undefined && (POINTS_BACK.test(part) || content(part) < 2)) whole[whole.length - 1] = `${last} ${part}`;
    else whole.push(part);
  }
  return whole;
}

function questionsOf(text: string): string[] {
  const numbered = numberedItems(text);
  if (numbered !== undefined) return numbered;
  const found = sentences(text);
  const listed = found.filter(({ kind }) => kind === 'item');
  return listed.length >= 2 ? listed.map((item) => item.text) : found.flatMap((sentence) => ofSentence(sentence.text));
}

/**
 * The separate questions of a goal, at least one, at most `most`; when in doubt they stay together. A list (lines or "1) ... 2) ...") gives its
 * items; questions are split at sentence ends, semicolons and "and" before a question word. What only says how to answer is no question; a goal without any stays whole.
 */
export function splitGoal(goal: string, most: number): string[] {
  const text = goal.slice(0, LONGEST_GOAL).trim();
  const whole = [text];
  if (most < 2 || QUOTATION.test(text)) return whole;
  const parts = [...new Set(attach(questionsOf(text)).filter((part) => content(part) > 0))];
  if (parts.length < 2) return whole;
  return parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(' ')];
}
