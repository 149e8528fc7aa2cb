import { isDate, isRepdigit, luhn, verhoeff, weighted } from './checksums.ts';
import { dashed, type IdRule, joined, spacedOrDashed } from './id-rules.ts';

const always = (): boolean => true;
const digit = (text: string, at: number): number => text.charCodeAt(at) - 48;
const number = (text: string, from: number, to: number): number => Number(text.slice(from, to));

/** Never issued: areas 000, 666 and 9xx, group 00, serial 0000, and numbers made public in advertisements and manuals. */
function isSsn(value: string): boolean {
  const area = value.slice(0, 3);
  const ill = area === '000' || area === '666' || value.startsWith('9') || value.slice(3, 5) === '00' || value.endsWith('0000');
  return !ill && !isRepdigit(value) && !['078051120', '219099999', '123456789', '457555462'].includes(value);
}

const isDea = (value: string): boolean =>
  (digit(value, 2) + digit(value, 4) + digit(value, 6) + 2 * (digit(value, 3) + digit(value, 5) + digit(value, 7))) % 10 ===
  digit(value, 8);

/** State code; the PAN inside is held to its form. The data that people test with has no valid check character, so it isn't asked for. */
const isGstin = (value: string): boolean => number(value, 0, 2) >= 1 && number(value, 0, 2) <= 38;

function isNric(value: string): boolean {
  const series = value.charAt(0);
  const offset = series === 'T' || series === 'G' ? 4 : series === 'M' ? 3 : 0;
  const rest = (weighted(value.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
  const letters = series === 'S' || series === 'T' ? 'JZIHGFEDCBA' : series === 'M' ? 'KLJNPQRTUWX' : 'XWUTRQPNMLK';
  return (series === 'M' ? letters.charAt(10 - rest) : letters.charAt(rest)) === value.charAt(8);
}

const isKorean =
  (genders: string) =>
  (value: string): boolean =>
    isDate(number(value, 2, 4), number(value, 4, 6)) && genders.includes(value.charAt(6));

function isKoreanBusiness(value: string): boolean {
  const sum = weighted(value, [1, 3, 7, 1, 3, 7, 1, 3]) + Math.floor((digit(value, 8) * 5) / 10) + ((digit(value, 8) * 5) % 10);
  return (10 - (sum % 10)) % 10 === digit(value, 9);
}

/** Digits two and three are the province, 10 to 96. */
const isThai = (value: string): boolean =>
  number(value, 1, 3) >= 10 &&
  number(value, 1, 3) <= 96 &&
  (11 - (weighted(value, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === digit(value, 12);

const chineseCheck = '10X98765432';
const chineseProvinces = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;

const isChinese = (value: string): boolean =>
  chineseProvinces.test(value) &&
  isDate(number(value, 10, 12), number(value, 12, 14), number(value, 6, 10)) &&
  chineseCheck.charAt(weighted(value, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11) === value.charAt(17).toUpperCase();

const taiwanLetters = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';

function isTaiwanese(value: string): boolean {
  const code = taiwanLetters.indexOf(value.charAt(0).toUpperCase()) + 10;
  return (Math.floor(code / 10) + (code % 10) * 9 + weighted(value.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 === 0;
}

/** Check digit over one or two letters and six digits, weights 9 to 2 (A = ten). */
export function isHongKong(value: string): boolean {
  const letters = value.replace(/\d.*$/, '').toUpperCase();
  const codes = Array.from(letters.padStart(2, ' '), (letter) => (letter === ' ' ? 36 : letter.charCodeAt(0) - 55));
  const body = value.slice(letters.length, letters.length + 6);
  const sum = (codes[0] ?? 0) * 9 + (codes[1] ?? 0) * 8 + weighted(body, [7, 6, 5, 4, 3, 2]);
  const check = (11 - (sum % 11)) % 11;
  return (check === 10 ? 'A' : String(check)) === value.slice(-1).toUpperCase();
}

function isCpf(value: string): boolean {
  const first = ((weighted(value, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  const second = ((weighted(value, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  return !isRepdigit(value) && first === digit(value, 9) && second === digit(value, 10);
}

function isIranian(value: string): boolean {
  const rest = weighted(value, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return !isRepdigit(value) && (rest < 2 ? rest : 11 - rest) === digit(value, 9);
}

const isAba = (value: string): boolean =>
  weighted(value, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 && /^(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)/.test(value);

const isSouthAfrican = (value: string): boolean => isDate(number(value, 2, 4), number(value, 4, 6)) && digit(value, 10) <= 2 && luhn(value);

const isPalindrome = (value: string): boolean => value === Array.from(value).reverse().join('');

export const idsOfAmericasAndAsia: readonly IdRule[] = [
  {
    kind: 'us-ssn',
    lengths: [9],
    shape: /^\d{9}$/,
    separators: /^(?:|-|--|\.\.|  )$/,
    valid: isSsn,
    strong: false,
    context: ['ssn', 'social security', 'social sec', 'soc sec'],
  },
  {
    kind: 'us-itin',
    lengths: [9],
    shape: /^9\d{2}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/,
    separators: /^(?:|--|  )$/,
    valid: always,
    strong: false,
    context: ['itin', 'individual taxpayer', 'tax id'],
  },
  {
    kind: 'us-npi',
    lengths: [10],
    shape: /^[12]\d{9}$/,
    separators: spacedOrDashed,
    valid: (value) => luhn(`80840${value}`),
    strong: false,
    context: ['npi', 'provider'],
  },
  {
    kind: 'us-mbi',
    lengths: [11],
    shape: /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y]{2}\d{2}$/,
    separators: dashed,
    valid: always,
    strong: true,
    context: [],
  },
  {
    kind: 'us-aba',
    lengths: [9],
    shape: /^\d{9}$/,
    separators: dashed,
    valid: isAba,
    strong: false,
    context: ['routing', 'aba', 'rtn', 'bank'],
  },
  {
    kind: 'us-dea',
    lengths: [9],
    shape: /^[A-HJ-NP-Z][A-Z9]\d{7}$/,
    separators: joined,
    valid: isDea,
    strong: false,
    context: ['dea', 'medical', 'certificate', 'license', 'prescrib'],
  },
  {
    kind: 'ca-sin',
    lengths: [9],
    shape: /^[1-79]\d{8}$/,
    separators: spacedOrDashed,
    valid: luhn,
    strong: false,
    context: ['sin', 'nas', 'social insurance', 'assurance sociale'],
  },
  { kind: 'br-cpf', lengths: [11], shape: /^\d{11}$/, separators: /^(?:|\.\.-)$/, valid: isCpf, strong: false, context: ['cpf'] },
  {
    kind: 'in-aadhaar',
    lengths: [12],
    shape: /^[2-9]\d{11}$/,
    separators: /^(?:|  |--|::)$/,
    valid: (value) => verhoeff(value) && !isPalindrome(value),
    strong: false,
    context: ['aadhaar', 'aadhar', 'uidai', 'uid'],
  },
  {
    kind: 'in-pan',
    lengths: [10],
    shape: /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/,
    separators: joined,
    valid: always,
    strong: true,
    context: [],
  },
  {
    kind: 'in-pan',
    lengths: [10],
    shape: /^[A-Z]{5}\d{4}[A-Z]$/,
    separators: joined,
    valid: always,
    strong: false,
    context: ['pan', 'permanent account'],
  },
  {
    kind: 'in-gstin',
    lengths: [15],
    shape: /^\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]$/,
    separators: joined,
    valid: isGstin,
    strong: true,
    context: [],
  },
  { kind: 'sg-nric', lengths: [9], shape: /^[STFGM]\d{7}[A-Z]$/, separators: joined, valid: isNric, strong: true, context: [] },
  {
    kind: 'sg-nric',
    lengths: [9],
    shape: /^[A-Z]\d{7}[A-Z]$/i,
    separators: joined,
    valid: always,
    strong: false,
    alone: 0.3,
    context: ['nric', 'fin number', 'singapore'],
  },
  {
    kind: 'ng-nin',
    lengths: [11],
    shape: /^\d{11}$/,
    separators: joined,
    valid: verhoeff,
    strong: false,
    alone: 0.4,
    context: ['nin', 'nigeria', 'national identification'],
  },
  {
    kind: 'kr-rrn',
    lengths: [13],
    shape: /^\d{13}$/,
    separators: /^-?$/,
    valid: isKorean('1234'),
    strong: false,
    context: ['rrn', 'resident registration', 'korean', '주민등록'],
  },
  {
    kind: 'kr-frn',
    lengths: [13],
    shape: /^\d{13}$/,
    separators: /^-?$/,
    valid: isKorean('5678'),
    strong: false,
    context: ['frn', 'foreigner registration', 'korean', '외국인등록'],
  },
  {
    kind: 'kr-brn',
    lengths: [10],
    shape: /^\d{10}$/,
    separators: /^(?:|--)$/,
    valid: isKoreanBusiness,
    strong: false,
    context: ['brn', 'business registration', '사업자'],
  },
  {
    kind: 'th-tnin',
    lengths: [13],
    shape: /^[1-8]\d{12}$/,
    separators: /^(?:|-{4}| {4})$/,
    valid: isThai,
    strong: false,
    context: ['tnin', 'thai', 'ประชาชน', 'national id'],
  },
  { kind: 'cn-id', lengths: [18], shape: /^\d{17}[\dXx]$/, separators: joined, valid: isChinese, strong: true, context: [] },
  {
    kind: 'tw-id',
    lengths: [10],
    shape: /^[A-Z][12]\d{8}$/,
    separators: joined,
    valid: isTaiwanese,
    strong: false,
    context: ['taiwan', '身分證', '身份证', 'national id'],
  },
  {
    kind: 'hk-id',
    lengths: [8, 9],
    shape: /^[A-Za-z]{1,2}\d{6}[\dA]$/,
    separators: joined,
    valid: isHongKong,
    strong: false,
    context: ['hkid', 'hong kong', '身份證'],
  },
  {
    kind: 'ir-id',
    lengths: [10],
    shape: /^\d{10}$/,
    separators: joined,
    valid: isIranian,
    strong: false,
    context: ['iran', 'کد ملی', 'national code'],
  },
  {
    kind: 'za-id',
    lengths: [13],
    shape: /^\d{13}$/,
    separators: joined,
    valid: isSouthAfrican,
    strong: false,
    context: ['south africa', 'id number', 'identity number', 'za id', 'resident'],
  },
  {
    kind: 'imei',
    lengths: [15],
    shape: /^\d{15}$/,
    separators: /^(?:|---)$/,
    valid: luhn,
    strong: false,
    context: ['imei', 'handset', 'device'],
  },
  {
    kind: 'il-id',
    lengths: [9],
    shape: /^\d{9}$/,
    separators: /^-?$/,
    valid: luhn,
    strong: false,
    context: ['israel', 'teudat', 'תעודת זהות', 'ת.ז'],
  },
  {
    kind: 'au-abn',
    lengths: [11],
    shape: /^[1-9]\d{10}$/,
    separators: /^(?:| {3})$/,
    valid: (value) => (weighted(value, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0,
    strong: false,
    context: ['abn', 'business number'],
  },
  {
    kind: 'au-acn',
    lengths: [9],
    shape: /^\d{9}$/,
    separators: /^(?:|  )$/,
    valid: (value) => (10 - (weighted(value, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === digit(value, 8),
    strong: false,
    context: ['acn', 'company number'],
  },
  {
    kind: 'au-tfn',
    lengths: [9],
    shape: /^\d{9}$/,
    separators: /^(?:|  )$/,
    valid: (value) => weighted(value, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
    strong: false,
    context: ['tfn', 'tax file'],
  },
  {
    kind: 'au-medicare',
    lengths: [10],
    shape: /^[2-6]\d{9}$/,
    separators: /^(?:|  )$/,
    valid: (value) => weighted(value, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digit(value, 8),
    strong: false,
    context: ['medicare'],
  },
  { kind: 'us-ssn', lengths: [9], shape: /^\d{9}$/, separators: /^(?:--)$/, valid: isSsn, strong: true, context: [] },
  { kind: 'br-cpf', lengths: [11], shape: /^\d{11}$/, separators: /^\.\.-$/, valid: isCpf, strong: true, context: [] },
  { kind: 'kr-rrn', lengths: [13], shape: /^\d{13}$/, separators: /^-$/, valid: isKorean('1234'), strong: true, context: [] },
  {
    kind: 'in-aadhaar',
    lengths: [12],
    shape: /^[2-9]\d{11}$/,
    separators: /^(?:  |--)$/,
    valid: (value) => verhoeff(value) && !isPalindrome(value),
    strong: true,
    context: [],
  },
];
