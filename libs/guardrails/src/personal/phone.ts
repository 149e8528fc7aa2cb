import { getCountries, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { type Finding, hasContext, isAlphanumericAt, isDigitAt, type Scene, standsAlone } from './finding.ts';

const context = [
  'phone',
  'tel',
  'mobile',
  'cell',
  'call',
  'fax',
  'whatsapp',
  'dial',
  'contact',
  'reach',
  'sms',
  'text me',
  'number is',
  'hotline',
  'answer',
  'messages to',
  'registered',
  'office',
  'handy',
  'móvil',
  'teléfono',
  'portable',
  '电话',
  '手机',
  '電話',
  'телефон',
  'هاتف',
  '전화',
];
const defaultRegions: readonly string[] = ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'IN', 'AU', 'BR', 'JP', 'IL', 'CH', 'NL'];
/** Candidates a text whose validity is asked of the library; beyond that many the form alone decides, so that cost stays bounded and nothing is let through. */
const maxValidated = 200;

const span = /(?:\+|\(|\d)[\d()\u00a0 .\-–+/]{5,28}\d/g;
const dateLike =
  /^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}|(?:19|20)\d{6})(?: {1,2}\d{1,2})?$|^\(?(?:1[5-9]|20)\d\d\)? ?[-–/] ?\(?(?:1[5-9]|20)\d\d\b/;
/** An IP address, well formed or not. */
const dottedQuad = /^(?:[01]?\d?\d|2[0-4]\d|25[0-5])(?:\.\d{1,3}){3}$/;
const extension = /^ ?(?:x|ext\.? ?|#)\d{1,6}(?![A-Za-z0-9])/i;
const doubled = /[ .\-–/]{3}|\d[+(]\d|\.\.|--|\/\//;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly value: string;
  readonly digits: number;
}

/** Runs that may be a phone number: 7 to 15 digits with few separators, not glued to letters, and not a date or a decimal. */
function* spansOf(text: string): Generator<Span> {
  for (const { index, 0: run } of text.matchAll(span)) {
    const end = index + run.length;
    const digits = run.replace(/\D/g, '').length;
    const glued =
      isAlphanumericAt(text, index - 1) ||
      (isAlphanumericAt(text, end) && !extension.test(text.slice(end, end + 12))) ||
      (/[.:,/-]/.test(text.charAt(index - 1)) && isDigitAt(text, index - 2)) ||
      (/[:,/]/.test(text.charAt(end)) && isDigitAt(text, end + 1));
    if (digits < 7 || digits > 16 || glued || dateLike.test(run) || dottedQuad.test(run) || doubled.test(run.slice(1))) continue;
    yield { start: index, end, value: run, digits };
  }
}

const isValidIn = (value: string, region: string | undefined): boolean => {
  const country = region !== undefined && isSupportedCountry(region) ? region : undefined;
  return parsePhoneNumberFromString(value, country === undefined ? {} : { defaultCountry: country, extract: false })?.isValid() ?? false;
};

const isMobileAbroad = (value: string): boolean => {
  const number = parsePhoneNumberFromString(`+${value.replace(/^00/, '')}`, { extract: false });
  return number?.isValid() === true && /MOBILE/.test(number.getType() ?? '');
};

/** Written with + and of a length its country has: somebody's number, in use or not. */
const isPossible = (value: string): boolean =>
  parsePhoneNumberFromString(value.replace(/^\(\+(\d+)\)/, '+$1'), { extract: false })?.isPossible() ?? false;

const isInternational = (value: string): boolean => /^\(?\+/.test(value);
/** Grouped as people write numbers of their own country: a leading 0 or (, or 3-3-4. */
const isNationalForm = (value: string): boolean =>
  /^(?:\(?0\d{1,4}\)?|\(\d{1,5}\))[\d() .\-–/]*\d/.test(value) || /^(?:1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$/.test(value);

/** Numbers without + and leading 0 are shorter than this at home. */
const longestNational = 12;

function scoreOf(scene: Scene, candidate: Span, regions: readonly string[] | undefined, validate: boolean): number {
  const { value, start, end, digits } = candidate;
  const near = hasContext(scene, start, end, context);
  const alone = standsAlone(scene, start, end);
  if (isInternational(value)) return !validate || isValidIn(value, undefined) ? 0.95 : near || isPossible(value) ? 0.6 : 0;
  if (!near && !alone && !isNationalForm(value)) return 0;
  if (!validate) return 0.5;
  const tried: readonly string[] = regions ?? (alone && digits < 12 ? [...defaultRegions, ...getCountries()] : defaultRegions);
  const isNational = digits < longestNational || /^\(?0/.test(value) || regions !== undefined;
  if (isNational && tried.some((region) => isValidIn(value, region))) return near ? 0.9 : 0.75;
  if (regions === undefined && (value.startsWith('00') ? isPossible(`+${value.slice(2)}`) : isMobileAbroad(value))) return 0.7;
  return near && digits >= 7 ? 0.5 : 0;
}

/** Numbering plans of countries that have a name of their own in the data: mobile numbers of the Philippines, all of Turkey. */
const national = [
  { kind: 'ph-mobile', form: /^(?:63|0)9\d{9}$/ },
  { kind: 'tr-phone', form: /^(?:90|0)?[2-5]\d{9}$/ },
] as const;

export type Regions = readonly string[];

/** Phone numbers. `regions`: ISO 3166 codes whose national numbers are tried for numbers without +; not given: some large ones, and all for a number that stands alone. */
export function findPhones(scene: Scene, regions?: Regions): Finding[] {
  const findings: Finding[] = [];
  let validated = 0;
  for (const candidate of spansOf(scene.text)) {
    validated += 1;
    const score = scoreOf(scene, candidate, regions, validated <= maxValidated);
    if (score < 0.3) continue;
    const { start, end } = candidate;
    findings.push({ kind: 'phone', start, end, score });
    const digits = candidate.value.replace(/[^\d+]/g, '').replace(/^\+/, '');
    for (const { kind, form } of national) if (form.test(digits)) findings.push({ kind, start, end, score });
  }
  return findings;
}
