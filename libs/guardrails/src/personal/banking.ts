import { isRepdigit, luhn, mod97 } from './checksums.ts';
import type { Candidate } from './groups.ts';
import { uniform } from './groups.ts';

/** ISO 13616 registry (and the wider list banks use): country -> length of its IBANs. */
const ibanLengths: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 CI28 CM27 CR22 CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 ' +
    'FR27 GA27 GB22 GE22 GI23 GL18 GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 JO30 KM27 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MA28 MC27 MD24 ME22 MG27 MK19 ' +
    'ML28 MN20 MR27 MT31 MU30 MZ25 NE28 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27 TG28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

const ibanShape = /^[A-Z]{2}\d{2}[A-Z0-9]{11,29}$/;

/** Country, its length and the mod 97 check (ISO 13616). */
export function isIban({ compact, separators }: Candidate): boolean {
  const upper = compact.toUpperCase();
  if (!ibanShape.test(upper) || /[^ -]/.test(separators) || ibanLengths.get(upper.slice(0, 2)) !== upper.length) return false;
  return mod97(upper.slice(4) + upper.slice(0, 4)) === 1;
}

/** Issuer prefixes with the lengths their cards have: `prefix-prefix:lengths`. */
const issuers: readonly (readonly [low: string, high: string, lengths: readonly number[]])[] = [
  ['4', '4', [13, 16, 19]],
  ['51', '55', [16]],
  ['2221', '2720', [16]],
  ['34', '34', [15]],
  ['37', '37', [15]],
  ['300', '305', [14, 16, 19]],
  ['3095', '3095', [14, 16, 19]],
  ['36', '36', [14, 16, 19]],
  ['38', '39', [14, 16, 19]],
  ['35', '35', [16, 17, 18, 19]],
  ['2131', '2131', [15]],
  ['1800', '1800', [15]],
  ['1', '1', [15]],
  ['6011', '6011', [16, 17, 18, 19]],
  ['644', '659', [16, 17, 18, 19]],
  ['60', '60', [16]],
  ['62', '62', [16, 17, 18, 19]],
  ['81', '82', [16, 17, 18, 19]],
  ['2200', '2204', [16, 17, 18, 19]],
  ['9792', '9792', [16]],
  ['5018', '5038', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['56', '58', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['6304', '6304', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['6390', '6390', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['67', '67', [12, 13, 14, 15, 16, 17, 18, 19]],
];

const hasIssuer = (digits: string): boolean =>
  issuers.some(([low, high, lengths]) => {
    const prefix = digits.slice(0, low.length);
    return prefix >= low && prefix <= high && lengths.includes(digits.length);
  });

/** 12 to 19 digits, uniformly separated, that pass Luhn: a card only where the words around it say so. */
export function isLuhnNumber({ compact, separators }: Candidate): boolean {
  if (compact.length < 12 || compact.length > 19 || !/^\d+$/.test(compact) || /[^ -]/.test(separators) || !uniform(separators))
    return false;
  return !isRepdigit(compact) && luhn(compact);
}

/** Issuer prefix, length and Luhn (ISO/IEC 7812). */
export const isCard = (candidate: Candidate): boolean => isLuhnNumber(candidate) && hasIssuer(candidate.compact);
