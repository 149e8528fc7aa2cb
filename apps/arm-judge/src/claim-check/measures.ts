import type { Token } from './tokens.ts';
import { unitOf } from './units.ts';
import type { Unit } from './units.ts';

/** A unit in a text and the token behind it. */
export interface Measure {
  readonly unit: Unit;
  readonly to: number;
}

const betweenNumberAndUnit = new Set('working business calendar full consecutive whole more school further'.split(' '));

/** Units of two words: with the norms joined by a blank, and what they are. */
function twoWordsAt(tokens: readonly Token[], at: number): Unit | undefined {
  const [one = '', two = ''] = [tokens[at]?.norm, tokens[at + 1]?.norm];
  if (/^°?[cf]$/.test(two) && one === '°') return unitOf(`°${two}`);
  if ((one === 'per' && two === 'cent') || (one === 'por' && two === 'ciento')) return unitOf('%');
  if (one === 'degrees') return unitOf(two)?.dimension === 'temperature' ? unitOf(two) : undefined;
  if (one === '个') return unitOf(`个${two}`);
  return betweenNumberAndUnit.has(one) && unitOf(two)?.dimension === 'time' ? unitOf(two) : undefined;
}

const isLetter = (token: Token | undefined): boolean => token?.kind === 'word' && /^[a-z]$/.test(token.norm);

/** The unit that begins at token `at`, and where it ends. */
export function measureAt(tokens: readonly Token[], at: number): Measure | undefined {
  const token = tokens[at];
  if (token === undefined) return undefined;
  const both = twoWordsAt(tokens, at);
  if (both !== undefined) return { unit: both, to: at + 2 };
  const glued = tokens[at - 1]?.end === token.start;
  if (isLetter(token) && isLetter(tokens[at + 1]) && !glued) return undefined;
  const unit = unitOf(token.norm);
  return unit === undefined ? undefined : { unit, to: at + 1 };
}

const notBeforeRate = new Set('within in for about of after than before until during'.split(' '));
const perWords = new Set('a an per each every je pro por al cada im 每 /'.split(' '));

/** "a minute", "per second", "je Nacht", "al mes": seconds of the time that a rate is given for. */
export function perAt(tokens: readonly Token[], at: number): number | undefined {
  for (let i = at; i < at + 3; i += 1) {
    if (!perWords.has(tokens[i]?.norm ?? '') || (i > at && notBeforeRate.has(tokens[i - 1]?.norm ?? ''))) continue;
    const norm = tokens[i + 1]?.norm ?? '';
    const seconds =
      norm === 'night' || norm === 'nacht' || norm === 'noche'
        ? 86_400
        : unitOf(norm)?.dimension === 'time'
          ? unitOf(norm)?.factor
          : undefined;
    if (seconds !== undefined) return seconds;
  }
  return undefined;
}
