import { isDate, luhn, weighted } from './checksums.ts';
import type { Shape } from './shapes.ts';

const digitsOf = (value: string): string => value.replace(/\D/g, '');

const rank = (unit: string): number => (unit >= 'A' ? unit.charCodeAt(0) - 55 : Number(unit));

/** ICAO 9303: weights 7, 3, 1 over digits and letters (A = 10), remainder of ten. */
export function hasIcaoCheck(value: string): boolean {
  const body = value.slice(0, -1);
  const sum = Array.from(body).reduce((total, unit, i) => total + rank(unit) * ([7, 3, 1][i % 3] ?? 0), 0);
  return sum % 10 === rank(value.slice(-1));
}

const isGermanDocument = (value: string): boolean => hasIcaoCheck(value);

/** The doctor's number: digits one to six weigh 4 and 9, the seventh completes their sum to ten; then a group 01 to 99. */
const isLanr = (value: string): boolean =>
  (10 - (weighted(value, [4, 9, 4, 9, 4, 9]) % 10)) % 10 === Number(value.charAt(6)) && value.slice(7) !== '00';

/** Regions of the associations of panel doctors that practices are numbered by. */
const practiceRegion = /^(?:0[1-3]|17|20|27|35|38|4[0-9]|5[0-5]|6[0-9]|7[0-4]|78|79|83|88|93|9[4-9])/;

/** Weights 9 to 2; the remainder of eleven is the ninth digit, ten is never issued. */
const isPhilippineTin = (value: string): boolean => {
  const digits = digitsOf(value);
  return weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === Number(digits.charAt(8)) && !/^0{8}/.test(digits);
};

const uenForms: readonly (readonly [form: RegExp, weights: readonly number[], offset: number, letters: string])[] = [
  [/^\d{8}[A-Z]$/, [10, 4, 9, 3, 8, 2, 7, 1], 0, 'XMKECAWLJDB'],
  [/^(?:18|19|20)\d{7}[A-Z]$/, [10, 8, 6, 4, 9, 7, 5, 3, 1], 0, 'ZKCMDNERGWH'],
];
const entityAlphabet = 'ABCDEFGHJKLMNPQRSTUVWX0123456789';

/** ACRA's three forms, each with its own check letter. */
function isUen(value: string): boolean {
  const upper = value.toUpperCase();
  for (const [form, weights, , letters] of uenForms)
    if (form.test(upper)) return letters.charAt(weighted(upper, weights) % 11) === upper.slice(-1);
  const sum = [4, 3, 5, 3, 10, 2, 2, 5, 7].reduce((total, weight, i) => total + weight * entityAlphabet.indexOf(upper.charAt(i)), 0);
  return entityAlphabet.charAt((((sum - 5) % 11) + 11) % 11) === upper.slice(-1);
}

/** DVLA: five of the surname, decade, month (women + 50), day, year, initials, three more. */
function isUkDrivingLicence(value: string): boolean {
  const month = Number(value.slice(6, 8));
  return isDate(month > 50 ? month - 50 : month, Number(value.slice(8, 10)));
}

/** ISO 6166: letters become numbers, then Luhn; the country is one of ISO 3166 or an international prefix. */
export const isIsin = (value: string): boolean =>
  luhn(Array.from(value, (unit) => String(rank(unit))).join('')) && /\d.*\d.*\d/.test(value);

const countries = new Set(
  (
    'AD AE AF AG AI AL AM AO AR AS AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FO FR GA GB GD GE GF GG GH GI GL ' +
    'GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI ' +
    'NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'
  ).split(' '),
);
const isBic = (value: string): boolean =>
  countries.has(value.slice(4, 6)) && (/\d/.test(value) || value.length === 11 || /^[A-Z]{8}$/.test(value));

const passportWords = [
  'passport',
  'pasaporte',
  'passeport',
  'reisepass',
  'passaporto',
  'passaporte',
  'paspoort',
  'pasport',
  'passnummer',
  '여권',
  '护照',
  '護照',
  'паспорт',
  'pass nr',
  'pass no',
  'travel document',
];
const plateWords = [
  'plate',
  'registration',
  'kennzeichen',
  'plaka',
  'immatriculation',
  'matrícula',
  'matricula',
  'targa',
  'vehicle',
  'kenteken',
  'rendszám',
  'rekisteri',
  'reg no',
  'placa',
  'spz',
];
const licenceWords = [
  'licen',
  'driv',
  'führerschein',
  'fahrerlaubnis',
  'permis',
  'patente',
  'dl#',
  'dl:',
  'carnet de conducir',
  'rijbewijs',
  '운전면허',
];
const idCardWords = ['ausweis', 'identity card', 'id card', 'carta d', 'personalausweis', 'documento', 'perso'];
const postWords = [
  'zip',
  'postcode',
  'post code',
  'postal',
  'plz',
  'postleitzahl',
  'code postal',
  'cap ',
  'postnummer',
  'pincode',
  'pin code',
  'eircode',
];

/** Documents, plates, postcodes and registers that are known by their form. Sources: the issuing authority's published structure, see docs/reference/findings.md. */
export const documentShapes: readonly Shape[] = [
  { kind: 'us-passport', form: '[A-Z]?\\d{8,9}', valid: (value) => value.length === 9, context: passportWords },
  { kind: 'uk-passport', form: '[A-Z]{2}\\d{7}', context: passportWords },
  { kind: 'in-passport', form: '[A-PR-WY][1-9]\\d ?\\d{4}[1-9]', context: passportWords },
  { kind: 'es-passport', form: '[A-Z]{3}\\d{6}', context: passportWords },
  { kind: 'it-passport', form: '[A-Z]{2}\\d{7}', context: passportWords },
  {
    kind: 'us-bank-number',
    form: '\\d{8,17}',
    context: ['bank account', 'account number', 'account no', 'account #', 'acct', 'checking', 'savings'],
  },
  { kind: 'kr-passport', form: '[MSRODG](?:\\d{8}|\\d{3}[A-Z]\\d{4})', flags: 'i', context: passportWords },
  { kind: 'de-passport', form: '[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{7}\\d', valid: isGermanDocument, context: passportWords },
  {
    kind: 'de-id-card',
    form: '[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}\\d',
    valid: (value) => /^T\d{8}$/.test(value) || (isGermanDocument(value) && /\d/.test(value.slice(1, -1))),
    context: idCardWords,
  },
  { kind: 'de-driver-license', form: '[A-Z]{2}\\d{8}[A-Z0-9]|[A-Z]\\d{3}[A-Z0-9]{5}\\d[A-Z0-9]', context: licenceWords },
  { kind: 'de-plate', form: '[A-ZÄÖÜ]{1,3}([- ])[A-Z]{1,2}\\1[1-9]\\d{0,3}[EH]?', context: plateWords },
  { kind: 'de-postcode', form: '(?!01000|99999|00)\\d{5}', context: ['plz', 'postleitzahl'] },
  {
    kind: 'de-tax-number',
    form: '(?:0[1-9]|1[0-6])\\d{11}|[12349]\\d{3}0\\d{8}|\\d{2,3}/\\d{3,4}/\\d{4,5}',
    context: ['steuer', 'st.-nr', 'st-nr', 'finanzamt'],
  },
  {
    kind: 'de-commercial-register',
    form: 'HR[AB] ?\\d{1,6}(?: ?[A-Z]{1,2})?',
    flags: 'i',
    context: ['amtsgericht', 'handelsregister', 'registergericht'],
    loose: 0.7,
  },
  { kind: 'de-doctor', form: '\\d{9}', valid: isLanr, context: ['lanr', 'arzt'] },
  { kind: 'de-practice', form: '\\d{9}', valid: (value) => practiceRegion.test(value), context: ['bsnr', 'betriebsstätte', 'praxis'] },
  { kind: 'in-voter', form: '[A-Z]{3}\\d{7}', context: ['voter', 'epic', 'elect', 'vote'], loose: 0.3 },
  { kind: 'in-plate', form: '[A-Z]{2}[ -]?\\d{1,2}[ -]?[A-Z]{1,3}[ -]?\\d{4}|[A-Z]{2,3}\\d{4}|[A-Z]\\d{5}', context: plateWords },
  {
    kind: 'it-driver-license',
    form: '[A-Z]{2}\\d{7}[A-Z]|U1[BCDEFGHJKLMNPRSTUWXYZ0-9]{7}[A-Z]',
    flags: 'i',
    valid: (value) => !/^u1.*a/i.test(value),
    context: licenceWords,
  },
  { kind: 'it-identity-card', form: '[A-Z]{2} ?\\d{7}|C[A-Z]\\d{5}[A-Z]{2}|\\d{7}[A-Z]{2}', flags: 'i', context: idCardWords },
  { kind: 'kr-driver-license', form: '(?:1[1-9]|2[0-6]|28)([- ]?)\\d{2}\\1\\d{6}\\1\\d{2}', context: licenceWords },
  { kind: 'ng-plate', form: '[A-Z]{3}-?\\d{3}[A-Z]{2}', context: plateWords, loose: 0.5 },
  { kind: 'ph-tin', form: '\\d{3}(-?)\\d{3}\\1\\d{3}(?:\\1\\d{3,5})?', valid: isPhilippineTin, context: ['tin', 'bir', 'taxpayer'] },
  {
    kind: 'sg-uen',
    form: '\\d{8,9}[A-Z]|[TSR]\\d{2}[A-Z]{2}\\d{4}[A-Z]',
    valid: isUen,
    context: ['uen', 'entity', 'acra', 'business', 'company'],
  },
  {
    kind: 'tr-plate',
    form: '(?:0[1-9]|[1-7]\\d|8[01])( ?)(?:[A-Z]\\1\\d{2,5}|[A-Z]{2}\\1\\d{2,4}|[A-Z]{3}\\1\\d{2,4})',
    context: plateWords,
  },
  {
    kind: 'uk-driving-licence',
    form: '[A-Z]{1,5}9{0,4}\\d{6}[A-Z9]{2}[A-Z0-9]{3}',
    valid: (value) => value.length === 16 && isUkDrivingLicence(value),
    context: licenceWords,
    loose: 0.9,
  },
  { kind: 'uk-postcode', form: '(?:[A-PR-UWYZ][A-HK-Y]?\\d[\\dA-Z]? ?\\d[ABD-HJLNP-UW-Z]{2}|GIR ?0AA)', context: postWords },
  { kind: 'uk-postcode', form: '[A-PR-UWYZ][A-HK-Y]?\\d[\\dA-Z]? \\d[ABD-HJLNP-UW-Z]{2}', context: [], loose: 0.6 },
  {
    kind: 'uk-plate',
    form: '[A-HJ-PR-Y][A-HJ-PR-Y](?:0[2-9]|[12]\\d|5[1-9]|[67]\\d) ?[A-HJ-PR-Z]{3}',
    valid: (value) => value.charAt(1) !== 'Q',
    context: plateWords,
  },
  { kind: 'uk-plate', form: '[A-HJ-NPR-TV-Y]\\d{1,3} ?[A-HJ-PR-Z]{3}|[A-HJ-PR-Z]{3} ?\\d{1,3}[A-HJ-NPR-TV-Y]', context: plateWords },
  {
    kind: 'us-driver-license',
    form: '[A-Z]\\d{6,14}|[A-Z]{2}\\d{3,7}|\\d{3}-?\\d{2}-?\\d{4}|\\d{7,12}|[A-Z]\\d{3}-\\d{3,4}-\\d{4}|\\d{4}-\\d{2}-\\d{4}|\\d{3}[A-Z]{2}\\d{4}|[A-Z]{3}-\\d{2}-\\d{4}',
    valid: (value) => /[A-Z]/.test(value) || value.length > 6,
    context: licenceWords,
  },
  { kind: 'isin', form: '[A-Z]{2}[A-Z0-9]{9}\\d', valid: isIsin, context: ['isin'], loose: 0.9 },
  { kind: 'bic', form: '[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?', valid: isBic, context: ['bic', 'swift'] },
  {
    kind: 'us-ein',
    form: '\\d{2}-\\d{7}',
    valid: (value) => !/^(?:07|08|09|17|18|19|28|29|49|69|70|78|79|89|96|97)/.test(value),
    context: ['ein', 'employer identification', 'fein', 'federal tax'],
  },
];
