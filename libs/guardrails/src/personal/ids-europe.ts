import { isDate, isRepdigit, luhn, mod11v10, weighted } from './checksums.ts';
import { dotted, type IdRule, joined, spacedOrDashed } from './id-rules.ts';

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48;
const number = (text: string, from: number, to: number): number => Number(text.slice(from, to));
const spanishLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';

const isNif = (value: string): boolean => spanishLetters.charAt(Number(value.slice(0, -1)) % 23) === value.slice(-1).toUpperCase();
const isNie = (value: string): boolean => isNif(`${'XYZ'.indexOf(value.charAt(0).toUpperCase())}${value.slice(1)}`);

const isNhs = (value: string): boolean => {
  const check = 11 - (weighted(value, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return check !== 10 && check % 11 === digit(value, 9) && !isRepdigit(value);
};

const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Check letter of the codice fiscale: characters at odd places (from 1) go through a table. */
function isFiscalCode(value: string): boolean {
  const upper = value.toUpperCase();
  let sum = 0;
  for (let i = 0; i < 15; i += 1) {
    const code = upper.charCodeAt(i);
    const rank = code >= 65 ? code - 65 : code - 48;
    sum += i % 2 === 0 ? (oddValues[rank] ?? 0) : rank;
  }
  return String.fromCharCode(65 + (sum % 26)) === upper.charAt(15);
}

const fiscalShape = /^[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-7LMNP-V][0-9LMNP-V][A-Z][0-9LMNP-V]{3}[A-Z]$/i;
const monthLetters = 'ABCDEHLMPRST';

/** Consonants before vowels before X in both names; the day is one of its month (women + 40). */
function isFiscalPerson(value: string): boolean {
  const day = Number(value.slice(9, 11)) % 40;
  const inOrder = [value.slice(0, 3), value.slice(3, 6)].every((name) => /^[^AEIOU]*[AEIOU]*X*$/.test(name));
  return inOrder && isDate(monthLetters.indexOf(value.charAt(8)) + 1, day);
}

const isPesel = (value: string): boolean =>
  isDate(number(value, 2, 4) % 20, number(value, 4, 6)) &&
  (10 - (weighted(value, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === digit(value, 10);

const isPersonnummer = (value: string): boolean => {
  const short = value.slice(-10);
  const day = number(short, 4, 6);
  return isDate(number(short, 2, 4), day > 60 ? day - 60 : day) && luhn(short) && (value.length === 10 || /^(?:18|19|20)/.test(value));
};

const isSwedishOrganisation = (value: string): boolean => digit(value, 2) >= 2 && luhn(value);

/** One digit of the first ten occurs twice or three times, at least one is missing. */
function isGermanTaxId(value: string): boolean {
  const counts = Array.from('0123456789', (wanted) => Array.from(value.slice(0, 10)).filter((unit) => unit === wanted).length);
  const repeats = counts.filter((count) => count > 1);
  return (repeats.length === 0 || (repeats.length === 1 && (repeats[0] ?? 9) <= 3)) && mod11v10(value);
}

const crossSum = (product: number): number => Math.floor(product / 10) + (product % 10);
const letterCode = (letter: string): string => String(letter.charCodeAt(0) - 64).padStart(2, '0');

function isGermanSocialSecurity(value: string): boolean {
  const digits = value.slice(0, 8) + letterCode(value.charAt(8)) + value.slice(9, 11);
  const sum = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].reduce((total, weight, i) => total + crossSum(weight * digit(digits, i)), 0);
  const day = number(value, 2, 4);
  return isDate(number(value, 4, 6), day > 50 ? day - 50 : day) && sum % 10 === digit(value, 11);
}

function isGermanHealthInsurance(value: string): boolean {
  const digits = letterCode(value.charAt(0)) + value.slice(1, 9);
  const sum = Array.from(digits).reduce((total, _, i) => total + crossSum((i % 2 === 0 ? 1 : 2) * digit(digits, i)), 0);
  return sum % 10 === digit(value, 9);
}

const isTurkish = (value: string): boolean => {
  const odd = digit(value, 0) + digit(value, 2) + digit(value, 4) + digit(value, 6) + digit(value, 8);
  const even = digit(value, 1) + digit(value, 3) + digit(value, 5) + digit(value, 7);
  const sum = Array.from(value.slice(0, 10)).reduce((total, unit) => total + Number(unit), 0);
  return (((odd * 7 - even) % 10) + 10) % 10 === digit(value, 9) && sum % 10 === digit(value, 10);
};

const isNorwegian = (value: string): boolean => {
  const day = number(value, 0, 2);
  const month = number(value, 2, 4);
  return (
    isDate(month > 40 ? month - 40 : month, day > 40 ? day - 40 : day) &&
    weighted(value, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
    weighted(value, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  );
};

const isFrenchNir = (value: string): boolean => 97 - (Number(value.slice(0, 13)) % 97) === Number(value.slice(13));
const isBelgian = (value: string): boolean => {
  const check = Number(value.slice(9));
  return 97 - (Number(value.slice(0, 9)) % 97) === check || 97 - (Number(`2${value.slice(0, 9)}`) % 97) === check;
};

const notNino = /^(?:BG|GB|KN|NK|NT|TN|ZZ)/;

export const idsOfEurope: readonly IdRule[] = [
  { kind: 'es-nif', lengths: [9], shape: /^\d{8}[A-HJ-NP-TV-Za-hj-np-tv-z]$/, separators: /^-?$/, valid: isNif, strong: true, context: [] },
  { kind: 'es-nif', lengths: [8], shape: /^\d{7}[A-HJ-NP-TV-Z]$/, separators: /^-$/, valid: isNif, strong: true, context: [] },
  {
    kind: 'es-nie',
    lengths: [9],
    shape: /^[XYZxyz]\d{7}[A-HJ-NP-TV-Za-hj-np-tv-z]$/,
    separators: /^-{0,2}$/,
    valid: isNie,
    strong: true,
    context: [],
  },
  {
    kind: 'uk-nhs',
    lengths: [10],
    shape: /^\d{10}$/,
    separators: spacedOrDashed,
    valid: isNhs,
    strong: false,
    context: ['nhs', 'health service', 'patient'],
  },
  {
    kind: 'uk-nino',
    lengths: [9],
    shape: /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/,
    separators: /^(?: {1,4}|-{1,4})$/,
    valid: (value) => !notNino.test(value),
    strong: true,
    context: [],
  },
  {
    kind: 'uk-nino',
    lengths: [9],
    shape: /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/i,
    separators: spacedOrDashed,
    valid: (value) => !notNino.test(value.toUpperCase()),
    strong: false,
    context: ['nino', 'national insurance', 'ni number'],
  },
  {
    kind: 'it-tax-id',
    lengths: [16],
    shape: fiscalShape,
    separators: joined,
    valid: (value) => isFiscalCode(value) && isFiscalPerson(value.toUpperCase()),
    strong: true,
    context: [],
  },
  {
    kind: 'it-fiscal-code',
    lengths: [16],
    shape: fiscalShape,
    separators: joined,
    valid: () => true,
    strong: true,
    context: [],
  },
  {
    kind: 'it-vat',
    lengths: [11],
    shape: /^\d{11}$/,
    separators: joined,
    valid: (value) => luhn(value) && !isRepdigit(value),
    strong: false,
    context: ['piva', 'p.iva', 'partita iva', 'p. iva', 'vat'],
  },
  { kind: 'pl-pesel', lengths: [11], shape: /^\d{11}$/, separators: joined, valid: isPesel, strong: false, context: ['pesel'] },
  { kind: 'se-personnummer', lengths: [12], shape: /^\d{12}$/, separators: /^[-+]?$/, valid: isPersonnummer, strong: true, context: [] },
  {
    kind: 'se-personnummer',
    lengths: [10],
    shape: /^\d{10}$/,
    separators: /^-?$/,
    valid: isPersonnummer,
    strong: false,
    context: ['personnummer', 'personal identity', 'swedish', 'samordningsnummer'],
  },
  {
    kind: 'se-organisation',
    lengths: [10],
    shape: /^[1-9]\d{9}$/,
    separators: /^-?$/,
    valid: isSwedishOrganisation,
    strong: false,
    context: ['orgnummer', 'organisationsnummer', 'org.nr', 'org nr', 'företag'],
  },
  {
    kind: 'de-tax-id',
    lengths: [11],
    shape: /^[1-9]\d{10}$/,
    separators: /^(?:| {3})$/,
    valid: isGermanTaxId,
    strong: false,
    context: ['steuer', 'tax id', 'idnr', 'tin'],
  },
  {
    kind: 'de-vat',
    lengths: [11],
    shape: /^DE\d{9}$/,
    separators: /^(?:[ .-]?| {3}|\.{3}|-{3})$/,
    valid: (value) => value.charAt(2) !== '0',
    strong: true,
    context: [],
  },
  {
    kind: 'de-social-security',
    lengths: [12],
    shape: /^\d{8}[A-Z]\d{3}$/,
    separators: spacedOrDashed,
    valid: isGermanSocialSecurity,
    strong: true,
    context: [],
  },
  {
    kind: 'de-health-insurance',
    lengths: [10],
    shape: /^[A-Z]\d{9}$/,
    separators: joined,
    valid: isGermanHealthInsurance,
    strong: false,
    context: ['krankenkasse', 'kvnr', 'krankenversich', 'health insurance', 'versichertennummer'],
  },
  {
    kind: 'tr-id',
    lengths: [11],
    shape: /^[1-9]\d{9}[02468]$/,
    separators: joined,
    valid: isTurkish,
    strong: false,
    context: ['tc', 'kimlik', 't.c', 'turkish'],
  },
  { kind: 'no-id', lengths: [11], shape: /^\d{11}$/, separators: /^ ?$/, valid: isNorwegian, strong: true, context: [] },
  { kind: 'fr-nir', lengths: [15], shape: /^[12]\d{14}$/, separators: /^ *$/, valid: isFrenchNir, strong: true, context: [] },
  {
    kind: 'be-nrn',
    lengths: [11],
    shape: /^\d{11}$/,
    separators: dotted,
    valid: isBelgian,
    strong: false,
    context: ['rijksregister', 'registre national', 'national number', 'insz', 'niss'],
  },
  {
    kind: 'nl-bsn',
    lengths: [9],
    shape: /^\d{9}$/,
    separators: dotted,
    valid: (value) => !isRepdigit(value) && weighted(value, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    strong: false,
    context: ['bsn', 'burgerservice', 'sofi'],
  },
];
