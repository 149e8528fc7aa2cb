import { english } from './vocabulary/en.ts';
import { skeleton, type Word } from './words.ts';

/** Words that stand between those the rules know, so that a text without spaces can be cut into words. */
const connecting =
  'a an i is it in on of or to as at be by do go he if me my no so up us we and are but can did for had has her him his how its let new not now off one our out own say see she the too two use was way who why yes you also been come does done each even ever find from gave give have here into just know like look made make many more most much must name need only open over part read said same seen send some sure take tell than that them then they this time turn upon very want well went were what when will with word work your about after again being below could every first found great later never other place point print right shall since small start still their there these thing think those under until value where which while whole words world would write answer before behind everything following forget people please question really should something system text through user without assistant developer document message model output response password passwords reply';

const longest = 20;
const shortestRun = 14;
/** Letters of joined runs that are looked into in one text: it is the dearest step by far, and no reader's text has so many. */
const mostLetters = 20_000;

const known: ReadonlySet<string> = new Set(
  [connecting, ...Object.values(english)]
    .flatMap((list) => list.split(' '))
    .map((word) => skeleton(word.replace(/[*^]/g, '')))
    .filter((word) => word.length > 0 && word.length <= longest && /^[a-z]+$/.test(word)),
);

/** Cost of a word: long known words are cheap, unknown letters dear. */
const costOf = (length: number): number => 1 + 3 / length;
const unknownLetter = 4;

/** Cheapest way to cut `run` into known words and unknown letters: for each position, where the last part starts. */
function cuts(run: string): { starts: number[]; unknown: number } {
  const cost = [0];
  const from = [0];
  const unknown = [0];
  for (let end = 1; end <= run.length; end += 1) {
    let best = (cost[end - 1] ?? 0) + unknownLetter;
    let at = end - 1;
    let strange = (unknown[end - 1] ?? 0) + 1;
    for (let start = Math.max(0, end - longest); start < end; start += 1) {
      if (!known.has(run.slice(start, end))) continue;
      const total = (cost[start] ?? 0) + costOf(end - start);
      if (total < best) [best, at, strange] = [total, start, unknown[start] ?? 0];
    }
    cost.push(best);
    from.push(at);
    unknown.push(strange);
  }
  const starts: number[] = [];
  for (let end = run.length; end > 0; end = from[end] ?? 0) starts.unshift(from[end] ?? 0);
  return { starts, unknown: unknown[run.length] ?? 0 };
}

/** "ignoreallpreviousinstructions" as four words; a long word that is no row of known ones stays whole. */
export function withoutJoins(words: readonly Word[]): readonly Word[] {
  if (!words.some(({ text, unspaced }) => !unspaced && text.length >= shortestRun)) return words;
  let left = mostLetters;
  return words.flatMap((word) => {
    const { text, unspaced, first } = word;
    if (left <= 0 || unspaced || text.length < shortestRun || !/^[a-z]+$/.test(text)) return [word];
    left -= text.length;
    const { starts, unknown } = cuts(text);
    if (starts.length < 3 || starts.length * 2.5 > text.length || unknown * 6 > text.length) return [word];
    return starts.map((start, i) => ({ text: text.slice(start, starts[i + 1]), unspaced: false, first: first && i === 0 }));
  });
}
