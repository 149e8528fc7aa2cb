import { isRepdigit, luhn, mod97 } from './checksums.ts';
import type { Candidate } from './groups.ts';
import { uniform } from './groups.ts';

const units: Readonly<Record<string, string>> = { n: '\\d', a: '[A-Z]', c: '[A-Z0-9]' };

/**
 * ISO 13616 registry (and the wider list banks use): country and the structure of its account numbers, as the registry writes it
 * (n digits, a capitals, c both).
 */
const structures: ReadonlyMap<string, RegExp> = new Map(
  (
    'AD:n8c12 AE:n19 AL:n8c16 AO:n21 AT:n16 AZ:a4c20 BA:n16 BE:n12 BF:c2n22 BG:a4n6c8 BH:a4c14 BI:n23 BJ:c2n22 BR:n23a1c1 BY:c4n4c16 CF:n23 CG:n23 CH:n5c12 CI:c2n22 CM:n23 CR:n18 CV:n21 CY:n8c16 ' +
    'CZ:n20 DE:n18 DJ:n23 DK:n14 DO:c4n20 DZ:n22 EE:n16 EG:n25 ES:n20 FI:n14 FK:a2n12 FO:n14 FR:n10c11n2 GA:n23 GB:a4n14 GE:a2n16 GI:a4c15 GL:n14 GQ:n23 GR:n7c16 GT:c24 GW:c2n19 HN:a4n20 HR:n17 HU:n24 ' +
    'IE:a4n14 IL:n19 IQ:a4n15 IR:n22 IS:n22 IT:a1n10c12 JO:a4n4c18 KM:n23 KW:a4c22 KZ:n3c13 LB:n4c20 LC:a4c24 LI:n5c12 LT:n16 LU:n3c13 LV:a4c13 LY:n21 MA:n24 MC:n10c11n2 MD:c20 ME:n18 MG:n23 MK:n3c10n2 ' +
    'ML:c2n22 MN:n16 MR:n23 MT:a4n5c18 MU:a4n19a3 MZ:n21 NE:a2n22 NI:a4n20 NL:a4n10 NO:n11 OM:n3c16 PK:a4c16 PL:n24 PS:a4c21 PT:n21 QA:a4c21 RO:a4c16 RS:n18 RU:n14c15 SA:n2c18 SC:a4n20a3 SD:n14 SE:n20 ' +
    'SI:n15 SK:n20 SM:a1n10c12 SN:a2n22 SO:n19 ST:n21 SV:a4n20 TD:n23 TG:a2n22 TL:n19 TN:n20 TR:n6c16 UA:n6c19 VA:n18 VG:a4n16 XK:n16 YE:a4n4c18'
  )
    .split(' ')
    .map(
      (entry) =>
        [
          entry.slice(0, 2),
          new RegExp(`^${entry.slice(3).replace(/([nac])(\d+)/g, (_, unit: string, size: string) => `${units[unit] ?? ''}{${size}}`)}$`),
        ] as const,
    ),
);

const ibanShape = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

/** Country, the structure of its account numbers and the mod 97 check (ISO 13616). */
export function isIban({ compact, separators }: Candidate): boolean {
  const upper = compact.toUpperCase();
  if (!ibanShape.test(upper) || /[^ -]/.test(separators) || structures.get(upper.slice(0, 2))?.test(upper.slice(4)) !== true) return false;
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
