import type { Token } from './tokens.ts';

/** How a number is meant: exactly, or as the bound of a range. */
export type Bound = 'eq' | 'le' | 'lt' | 'ge' | 'gt';

const before: readonly (readonly [Bound, string])[] = [
  [
    'le',
    'at most|up to|no more than|not more than|not longer than|no longer than|no later than|maximum of|max|within|capped at|limit of|not exceed|höchstens|maximal|bis zu|innerhalb von|binnen|hasta|como máximo|máximo|no más de|dentro de|最多|至多|不超过|在|بحد أقصى|لا يتجاوز|خلال',
  ],
  [
    'ge',
    'at least|no less than|not less than|no fewer than|minimum of|mindestens|wenigstens|ab|al menos|como mínimo|mínimo|a partir de|至少|على الأقل|ابتداء من',
  ],
  [
    'lt',
    'less than|fewer than|under|below|smaller than|younger than|lower than|shorter than|unter|weniger als|jünger als|kürzer als|menos de|menores de|debajo de|低于|不到|أقل من|دون|تحت',
  ],
  [
    'gt',
    'more than|over|above|greater than|larger than|older than|longer than|higher than|exceeding|exceeds|beyond|über|mehr als|älter als|länger als|größer als|más de|mayores de|encima de|超过|高于|أكثر من|فوق',
  ],
];

const after: readonly (readonly [Bound, string])[] = [
  [
    'ge',
    'or more|or later|and later|or newer|and newer|or above|and above|or higher|and up|or older|upwards|oder mehr|oder später|und mehr|und neuer|o más|以上|فأكثر|أو أكثر',
  ],
  [
    'le',
    'or less|or fewer|or earlier|and earlier|or older|or below|and below|or younger|oder weniger|oder älter|und älter|o menos|以下|以内|فأقل|أو أقل',
  ],
];

const approximate = new Set(
  'about around roughly approximately nearly almost circa ca some etwa rund ungefahr zirka fast unos unas aproximadamente casi alrededor 大约 左右 约 حوالي نحو تقريبا'.split(
    ' ',
  ),
);

const compiled = (rows: readonly (readonly [Bound, string])[]): readonly (readonly [Bound, readonly string[]])[] =>
  rows.map(([bound, words]) => [
    bound,
    words.split('|').map((phrase) =>
      phrase
        .normalize('NFKD')
        .toLowerCase()
        .replace(/\p{Mn}/gu, '')
        .replace(/[أإآ]/g, 'ا')
        .replace(/ى/g, 'ي'),
    ),
  ]);

const beforeRows = compiled(before);
const afterRows = compiled(after);

const lastWord = (phrase: string): string => phrase.slice(phrase.lastIndexOf(' ') + 1);
const lastWords = new Set(beforeRows.flatMap(([, phrases]) => phrases.map(lastWord)));

/** Phrases longest first would be needed only if one ended another with a different meaning; "no more than" ends in "more than". */
function endingWith(words: readonly string[]): { readonly bound: Bound; readonly length: number } | undefined {
  if (!lastWords.has(words.at(-1) ?? '')) return undefined;
  const text = words.join(' ');
  let best: { bound: Bound; length: number } | undefined;
  for (const [bound, phrases] of beforeRows) {
    for (const phrase of phrases)
      if ((text === phrase || text.endsWith(` ${phrase}`)) && phrase.length > (best?.length ?? 0)) best = { bound, length: phrase.length };
  }
  return best;
}

const startingWith = (text: string): Bound | undefined =>
  afterRows.find(([, phrases]) => phrases.some((phrase) => text === phrase || text.startsWith(`${phrase} `)))?.[0];

const skipped = new Set(['the', 'a', 'an', 'den', 'die', 'das', 'los', 'las', 'el', 'la', 'minus', 'version', 'age', 'of']);

const flipped: Readonly<Record<Bound, Bound>> = { eq: 'eq', le: 'gt', lt: 'ge', ge: 'lt', gt: 'le' };

/** "must not be older than three months" sets an upper bound; "no more than" is in the table as a whole. */
const isDenied = (kept: readonly string[], length: number): boolean => {
  const ahead = kept.join(' ').slice(0, -length).trim().split(' ').slice(-3);
  return kept.at(-1) === 'than' && ahead.some((norm) => /^(?:not|never|nicht|no|cannot)$/.test(norm));
};

/** How the number in tokens `from` to `to` (exclusive) is meant, and whether it is given as approximate. */
export function boundOf(tokens: readonly Token[], from: number, to: number): { readonly bound: Bound; readonly approximate: boolean } {
  const ahead = tokens.slice(Math.max(0, from - 5), from).map((token) => token.norm);
  const isApproximate =
    ahead.slice(-2).some((norm) => approximate.has(norm)) || tokens.slice(to, to + 1).some((token) => approximate.has(token.norm));
  const kept = ahead.filter((norm) => !approximate.has(norm));
  while (kept.length > 0 && skipped.has(kept.at(-1) ?? '')) kept.pop();
  const next = tokens
    .slice(to, to + 3)
    .map((token) => token.norm)
    .join(' ');
  const stated = endingWith(kept);
  const bound = stated !== undefined && isDenied(kept, stated.length) ? flipped[stated.bound] : stated?.bound;
  return { bound: startingWith(next) ?? bound ?? 'eq', approximate: isApproximate };
}
