import { isReportedOnly } from '../masking/masking-policy.ts';
import { findNames } from '../names/find-names.ts';
import { taggerModel } from '../names/model.ts';
import { findSecrets } from '../secrets/find-secrets.ts';
import { sourceSpan } from '../text/mapped-text.ts';
import { visible } from '../text/visible.ts';
import { findAges } from './age.ts';
import { findCryptoAddresses } from './crypto-address.ts';
import { findDates } from './date.ts';
import { documentShapes } from './documents.ts';
import { findEmails } from './email.ts';
import { type Finding, sceneOf } from './finding.ts';
import { findHetus, findIdentifiers } from './identifiers.ts';
import { findNetworkAddresses } from './network.ts';
import { localeShapes } from './locale-shapes.ts';
import { findPhones, type Regions } from './phone.ts';
import { shapeFinder } from './shapes.ts';
import { findUrls } from './url.ts';
import { vatShapes } from './vat.ts';

export interface PersonalDataOptions {
  /** ISO 3166 codes whose national phone numbers are tried for numbers without +. */
  readonly regions?: Regions;
  /** Whether names, places, organisations, addresses and titles are looked for; default true. */
  readonly names?: boolean;
}

const byPlace = (a: Finding, b: Finding): number => a.start - b.start || b.end - a.end || b.score - a.score;

/** Keeps what isn't inside a better finding: part of a card is no phone, the mail of a URL's credentials no mail. The same span may have several kinds. */
function withoutNested(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  const seen = new Set<string>();
  let cover: Finding | undefined;
  for (const finding of [...findings].sort(byPlace)) {
    const nested =
      cover !== undefined &&
      finding.end <= cover.end &&
      (finding.start !== cover.start || finding.end !== cover.end) &&
      finding.score <= cover.score;
    const key = `${finding.kind} ${finding.start} ${finding.end}`;
    if (nested || seen.has(key)) continue;
    seen.add(key);
    kept.push(finding);
    if (cover === undefined || finding.end > cover.end || finding.score > cover.score) cover = finding;
  }
  return kept;
}

/** Names that are no part of something surer: of a mail address, of a web address. */
function outside(found: readonly Finding[], names: readonly Finding[]): Finding[] {
  const sure = found.filter(({ score }) => score >= 0.5).sort(byPlace);
  let from = 0;
  return names.toSorted(byPlace).filter(({ start, end }) => {
    while (from < sure.length && (sure[from]?.end ?? 0) <= start) from += 1;
    const cover = sure[from];
    return cover === undefined || cover.start > start || cover.end < end;
  });
}

const longestValue = 64;

/** A text of one piece with signs or digits in it: a value, in which no name is looked for. */
const isOneValue = (text: string): boolean => text.length <= longestValue && /^\S*[^\p{L}\p{M}'’.\s-]\S*$/u.test(text.trim());

/** A value glued to another one shows when that one is masked: what is found is covered and the rest looked at again, at most this often. */
const maxRounds = 4;

/** The text with every finding replaced by a filler of the same length that ends words as a mask does. */
function covered(text: string, findings: readonly Finding[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of findings) {
    if (end <= from) continue;
    const begin = Math.max(start, from);
    pieces.push(text.slice(from, begin), `[${'_'.repeat(Math.max(0, end - begin - 2))}]`.slice(0, end - begin));
    from = end;
  }
  return pieces.join('') + text.slice(from);
}

const findShapes = shapeFinder([...documentShapes, ...localeShapes, ...vatShapes]);

function detected(text: string, source: string, options: PersonalDataOptions): Finding[] {
  const scene = sceneOf(text, source);
  const formed = [
    ...findSecrets(scene),
    ...findEmails(scene),
    ...findNetworkAddresses(scene),
    ...findCryptoAddresses(scene),
    ...findIdentifiers(scene),
    ...findHetus(scene),
    ...findShapes(scene),
    ...findDates(scene),
    ...findUrls(scene),
    ...findAges(scene),
  ];
  const certain = formed.filter(({ score }) => score >= 0.9).sort(byPlace);
  const rest = certain.length === 0 ? scene : sceneOf(covered(text, certain), source);
  return [...formed, ...findPhones(rest, options.regions)];
}

/**
 * Personal data and secrets of a text, in order of place. Looks at the visible text (full width and zero-width forms are found too);
 * offsets are those of the text given. Linear in its length.
 */
export function findPersonalData(text: string, options: PersonalDataOptions = {}): Finding[] {
  const seen = visible(text);
  let rest = seen.text;
  const found: Finding[] = [];
  for (let round = 0; round < maxRounds; round += 1) {
    const more = withoutNested(detected(rest, text, options));
    found.push(...(round === 0 ? more : more.filter(({ score }) => score >= 0.5)));
    const masked = more.filter(({ kind, score }) => score >= 0.5 && !isReportedOnly(kind));
    if (masked.length === 0) break;
    rest = covered(rest, masked);
  }
  if (options.names !== false && !isOneValue(text)) found.push(...outside(found, findNames(seen, taggerModel())));
  return found.sort(byPlace).map((finding) => ({ ...finding, ...sourceSpan(seen, finding.start, finding.end) }));
}
