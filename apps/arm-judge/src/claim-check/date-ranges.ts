import type { When } from './dates.ts';
import type { Token } from './tokens.ts';

/** What a time is a point of. */
export const kindOf = (when: When): string =>
  when.weekday !== undefined ? 'weekday' : when.minute !== undefined ? 'clock' : when.month !== undefined ? 'date' : 'year';

/** A number on the line of its kind, so that ranges can be asked: minutes, weekdays, days of the year, years. */
export function place(when: When, end = false): number {
  if (when.weekday !== undefined) return when.weekday;
  if (when.minute !== undefined) return when.minute;
  if (when.month !== undefined) return when.month * 31 + (when.day ?? (end ? 31 : 1));
  return when.year ?? 0;
}

/** Two times of one kind that a text joins: "from May to September". */
export interface Range {
  readonly from: When;
  readonly to: When;
}

const rangeWords = /^(?:to|until|till|through|and|bis|und|zum|a|al|y|hasta|-|–|至|到|الي|حتي|و)$/;

const beside = /^(?:[.]|the|dem|den|el|la|las|los|st|nd|rd|th|on|in|am|of|de|日|号|月)$/;

/** The ranges of time that a text names. */
export function rangesOf(whens: readonly When[], tokens: readonly Token[]): Range[] {
  return whens.flatMap((from, i) => {
    const to = whens[i + 1];
    if (
      to === undefined ||
      kindOf(from) !== kindOf(to) ||
      to.from - from.to > 4 ||
      tokens[from.from]?.sentence !== tokens[to.from]?.sentence
    )
      return [];
    const between = tokens.slice(from.to, to.from).map((token) => token.norm);
    const opened = /^(?:between|zwischen|entre|from|von|vom|de|desde|del|بين|من)$/.test(tokens[from.from - 1]?.norm ?? '');
    if (!between.some((norm) => rangeWords.test(norm)) || !between.every((norm) => rangeWords.test(norm) || beside.test(norm))) return [];
    return opened || !between.every((norm) => /^(?:and|und|y|و)$/.test(norm)) ? [{ from, to }] : [];
  });
}
