import { isDate, isRepdigit, luhn, mod11v10, verhoeff, weighted } from './checksums.ts';
import { type IdRule, spacedOrDashed } from './id-rules.ts';

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48;
const number = (text: string, from: number, to: number): number => Number(text.slice(from, to));

const isBulgarian = (value: string): boolean =>
  isDate(number(value, 2, 4) % 20, number(value, 4, 6)) && (weighted(value, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === digit(value, 9);

/** Czech and Slovak birth number: women + 50, further series + 20; ten digits divide by eleven, nine were issued until 1953. */
function isBirthNumber(value: string): boolean {
  const month = number(value, 2, 4) % 50;
  if (!isDate(month > 20 ? month - 20 : month, number(value, 4, 6))) return false;
  if (value.length === 9) return number(value, 0, 2) < 54 && !value.endsWith('000');
  return Number(value) % 11 === 0 || (number(value, 0, 9) % 11 === 10 && value.endsWith('0'));
}

const isDanish = (value: string): boolean =>
  isDate(number(value, 2, 4), number(value, 0, 2)) && weighted(value, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;

const cypriotOdd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const isCypriot = (value: string): boolean => {
  const sum = Array.from(value.slice(0, 8)).reduce(
    (total, unit, i) => total + (i % 2 === 0 ? (cypriotOdd[Number(unit)] ?? 0) : Number(unit)),
    0,
  );
  return String.fromCharCode(65 + (sum % 26)) === value.charAt(8);
};

const isGreek = (value: string): boolean =>
  !isRepdigit(value) && (weighted(value, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === digit(value, 8);

const irishLetters = 'WABCDEFGHIJKLMNOPQRSTUV';
const isIrish = (value: string): boolean => {
  const second = value.length === 9 && value.charAt(8) !== 'W' ? value.charCodeAt(8) - 64 : 0;
  return irishLetters.charAt((weighted(value, [8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23) === value.charAt(7);
};

const isArgentine = (value: string): boolean => {
  const check = (11 - (weighted(value, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return check !== 10 && check === digit(value, 10);
};

/** Estonia and Lithuania share the code: century and sex, date, two rounds of weights. */
function isBaltic(value: string): boolean {
  if (!isDate(number(value, 3, 5), number(value, 5, 7))) return false;
  const first = weighted(value, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const check = first < 10 ? first : (weighted(value, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10;
  return check === digit(value, 10);
}

const isLatvian = (value: string): boolean =>
  value.startsWith('32') ||
  (isDate(number(value, 2, 4), number(value, 0, 2)) &&
    digit(value, 6) <= 2 &&
    ((1101 - weighted(value, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11) % 10 === digit(value, 10));

const isFrench = (value: string): boolean => Number(value.slice(0, 10)) % 511 === number(value, 10, 13);
const isLuxembourgish = (value: string): boolean =>
  isDate(number(value, 4, 6), number(value, 6, 8)) && luhn(value.slice(0, 12)) && verhoeff(value.slice(0, 11) + value.charAt(12));
const isHungarian = (value: string): boolean => weighted(value, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === digit(value, 9);
const isNip = (value: string): boolean => !isRepdigit(value) && weighted(value, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === digit(value, 9);

const isPortuguese = (value: string): boolean => {
  const rest = weighted(value, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest < 2 ? 0 : 11 - rest) === digit(value, 8);
};

function isCnpj(value: string): boolean {
  const check = (weights: readonly number[]): number => {
    const rest = weighted(value, weights) % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  const weights = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  return !isRepdigit(value) && check(weights) === digit(value, 12) && check([6, ...weights]) === digit(value, 13);
}

/** Foreigners' codes (9) carry no check digit that is verified. */
function isRomanian(value: string): boolean {
  if (value.startsWith('9')) return true;
  const rest = weighted(value, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  return isDate(number(value, 3, 5), number(value, 5, 7)) && (rest === 10 ? 1 : rest) === digit(value, 12);
}

const isSlovenian = (value: string): boolean => {
  const check = 11 - (weighted(value, [8, 7, 6, 5, 4, 3, 2]) % 11);
  return check !== 11 && check % 10 === digit(value, 7);
};

const isUkrainian = (value: string): boolean => (weighted(value, [-1, 5, 7, 9, 4, 6, 10, 5, 7]) % 11) % 10 === digit(value, 9);

const common = ['tax', 'tin', 'steuer', 'fiscal', 'vat', 'nif', 'national id', 'id number'];

const taxRule = (
  length: number,
  shape: RegExp,
  valid: (value: string) => boolean,
  context: readonly string[],
  separators = /^[-/. ]?$/,
): IdRule => ({
  kind: 'tax-id',
  lengths: [length],
  shape,
  separators,
  valid,
  strong: false,
  alone: 0.4,
  context: [...context, ...common],
});

/** Taxpayer numbers by their check digits (OECD "TIN" country sheets). */
export const taxIds: readonly IdRule[] = [
  taxRule(10, /^\d{10}$/, isBulgarian, ['егн', 'egn'], /^$/),
  taxRule(10, /^\d{10}$/, isBirthNumber, ['rodné', 'rodne'], /^\/?$/),
  taxRule(9, /^\d{9}$/, isBirthNumber, ['rodné', 'rodne'], /^\/$/),
  taxRule(9, /^\d{9}$/, luhn, ['abgabenkonto'], /^(?:|-\/)$/),
  taxRule(10, /^[0-3]\d{9}$/, isDanish, ['cpr'], /^-?$/),
  taxRule(9, /^[09]\d{7}[A-Z]$/, isCypriot, [], /^$/),
  taxRule(9, /^[0-4789]\d{8}$/, isGreek, ['αφμ', 'afm'], /^$/),
  taxRule(8, /^\d{7}[A-W]$/, isIrish, ['pps'], /^$/),
  taxRule(9, /^\d{7}[A-W][A-IW]$/, isIrish, ['pps'], /^$/),
  taxRule(11, /^(?:2[03-7]|3[0-4])\d{9}$/, isArgentine, ['cuit', 'cuil'], /^(?:|--)$/),
  taxRule(11, /^[1-6]\d{10}$/, isBaltic, ['isikukood', 'asmens'], /^$/),
  taxRule(11, /^[0-3]\d{10}$/, isLatvian, ['personas kods'], /^-?$/),
  taxRule(13, /^[0-3]\d{12}$/, isFrench, ['spi', 'impôt'], /^ {0,4}$/),
  taxRule(13, /^(?:19|20)\d{11}$/, isLuxembourgish, [], /^$/),
  taxRule(11, /^\d{11}$/, mod11v10, ['oib'], /^$/),
  taxRule(10, /^8\d{9}$/, isHungarian, ['adóazonosító', 'ado'], /^$/),
  taxRule(10, /^\d{10}$/, isNip, ['nip'], /^-{0,3}$/),
  taxRule(9, /^[1-9]\d{8}$/, isPortuguese, ['contribuinte'], spacedOrDashed),
  taxRule(14, /^\d{14}$/, isCnpj, ['cnpj'], /^(?:|\.\.\/-)$/),
  taxRule(13, /^[1-9]\d{12}$/, isRomanian, ['cnp'], /^$/),
  taxRule(8, /^[1-9]\d{7}$/, isSlovenian, ['davčna'], /^$/),
  taxRule(10, /^\d{10}$/, isUkrainian, ['рнокпп', 'ипн', 'іпн'], /^$/),
];
