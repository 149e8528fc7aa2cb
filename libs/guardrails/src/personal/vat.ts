import type { Shape } from './shapes.ts';

/** National part of a VAT number by country prefix (European Commission, VIES; HMRC; FTA; others as their tax offices publish them). */
const forms: Readonly<Record<string, string>> = {
  AT: 'U\\d{8}',
  BE: '[01]?\\d{9}',
  BG: '\\d{9,10}',
  CY: '\\d{8}[A-Z0-9]',
  CZ: '\\d{8,10}',
  DE: '\\d{9}',
  DK: '\\d{8}',
  EE: '\\d{9}',
  EL: '\\d{9}',
  ES: '[A-Z0-9]\\d{7}[A-Z0-9]',
  FI: '\\d{8}',
  FR: '[A-HJ-NP-Z0-9]{2}\\d{9}',
  GB: '(?:\\d{3} ?\\d{4} ?\\d{2}(?: ?\\d{3})?|GD[0-4]\\d\\d|HA[5-9]\\d\\d)',
  HR: '\\d{11}',
  HU: '\\d{8}',
  IE: '\\d[A-Z0-9+*]\\d{5}[A-W][A-IW]?',
  IT: '\\d{11}',
  LT: '(?:\\d{12}|\\d{9,11})',
  LU: '\\d{8}',
  LV: '\\d{11}',
  MT: '\\d{8}',
  NL: '\\d{9}B\\d{2}',
  PL: '(?:\\d{10}|\\d{3}-\\d{3}-\\d{2}-\\d{2}|\\d{3}-\\d{2}-\\d{2}-\\d{3}|\\d{3}-\\d{2}-\\d{3}-\\d{2}|\\d{3}-\\d{2}-\\d{2}-\\d{3}|\\d{3}-\\d{2}-\\d{5})',
  PT: '\\d{9}',
  RO: '\\d{6,10}',
  SE: '\\d{12}',
  SI: '\\d{8}',
  SK: '\\d{10}',
  AL: '\\d{9}[A-Z]',
  MK: '\\d{13}',
  NO: '\\d{9}(?:MVA)?',
  SM: '\\d{5}',
  UA: '\\d{12}',
  NG: '\\d{8}-?\\d{4}',
  UZ: '\\d{9}',
};

const swissCheck = (value: string): boolean => {
  const digits = value.replace(/\D/g, '');
  const sum = [5, 4, 3, 2, 7, 6, 5, 4].reduce((total, weight, i) => total + weight * Number(digits.charAt(i)), 0);
  return digits.length === 9 && (11 - (sum % 11)) % 11 === Number(digits.charAt(8));
};

const words = ['vat', 'ust', 'mwst', 'tva', 'iva', 'btw', 'moms', 'nip', 'dph', 'tax'];

export const vatShapes: readonly Shape[] = [
  {
    kind: 'vat-id',
    form: Object.entries(forms)
      .map(([country, form]) => `${country}${form}`)
      .join('|'),
    context: words,
    loose: 0.5,
  },
  {
    kind: 'vat-id',
    form: '(?:CHE[- ]?)?\\d{3}[. ]?\\d{3}[. ]?\\d{3} ?(?:MWST|TVA|IVA)|CHE[- ]?\\d{3}[. ]?\\d{3}[. ]?\\d{3}',
    valid: swissCheck,
    context: words,
    loose: 0.9,
  },
];
