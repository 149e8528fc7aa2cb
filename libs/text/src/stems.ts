const VOWEL = /[aeiouy]/;

function endsDoubled(word: string): boolean {
  const last = word.at(-1) ?? '';
  return word.length > 3 && last === word.at(-2) && !/[aeiouls]/.test(last);
}

function without(word: string, suffix: string, leaves: number): string | undefined {
  if (!word.endsWith(suffix) || word.length - suffix.length < leaves) return undefined;
  return word.slice(0, -suffix.length);
}

/** Endings that inflect, longest first; [ending, what it becomes, letters that must stay]. */
const inflections: readonly (readonly [string, string, number])[] = [
  ['ungen', 'ung', 3],
  ['ingly', '', 3],
  ['edly', '', 3],
  ['sses', 'ss', 2],
  ['ies', 'y', 3],
  ['ied', 'y', 3],
  ['ing', '', 3],
  ['ern', '', 3],
  ['ed', '', 3],
  ['em', '', 4],
  ['en', '', 3],
  ['er', '', 4],
  ['es', '', 3],
  ['e', '', 3],
  ['n', '', 5],
];

function singular(word: string): string {
  const rest = without(word, 's', 3);
  return rest === undefined || /[sue]$/.test(rest) ? word : rest;
}

function inflected(word: string): string {
  for (const [ending, becomes, leaves] of inflections) {
    const rest = without(word, ending, leaves);
    if (rest === undefined || !VOWEL.test(rest)) continue;
    return rest + becomes;
  }
  return word;
}

const irregularForms: Readonly<Record<string, string>> = {
  use: 'used uses using',
  begin: 'began begun',
  break: 'broke broken',
  bring: 'brought',
  build: 'built',
  buy: 'bought',
  catch: 'caught',
  child: 'children',
  choose: 'chose chosen',
  die: 'died dies dying',
  draw: 'drew drawn',
  drive: 'drove driven',
  eat: 'ate eaten',
  fall: 'fell fallen',
  fight: 'fought',
  fly: 'flew flown',
  foot: 'feet',
  get: 'got gotten',
  give: 'gave given',
  go: 'went gone goes',
  grow: 'grew grown',
  hold: 'held',
  keep: 'kept',
  know: 'knew known',
  lead: 'led',
  lose: 'lost',
  make: 'made',
  man: 'men',
  mean: 'meant',
  meet: 'met',
  mouse: 'mice',
  pay: 'paid',
  ride: 'rode ridden',
  rise: 'risen',
  run: 'ran',
  say: 'said',
  sell: 'sold',
  send: 'sent',
  sing: 'sang sung',
  speak: 'spoke spoken',
  spend: 'spent',
  steal: 'stole stolen',
  swim: 'swam swum',
  take: 'took taken',
  teach: 'taught',
  tell: 'told',
  think: 'thought',
  throw: 'threw thrown',
  tooth: 'teeth',
  win: 'won',
  woman: 'women',
  write: 'wrote written',
};

const regular = new Map(Object.entries(irregularForms).flatMap(([base, forms]) => forms.split(' ').map((form) => [form, base] as const)));

/** Light stem of a lower-case word in Latin letters without marks: inflections of English and German go, the word's kind stays. */
export function stemLatin(word: string): string {
  const base = regular.get(word) ?? word;
  if (base.length < 4) return base;
  const once = inflected(singular(base));
  const stem = endsDoubled(once) ? once.slice(0, -1) : once;
  return stem.length > 3 && stem.endsWith('y') ? `${stem.slice(0, -1)}i` : stem;
}

const arabicPrefixes = ['وال', 'بال', 'كال', 'فال', 'لل', 'ال', 'و'];
const arabicSuffixes = ['ها', 'ان', 'ات', 'ون', 'ين', 'يه', 'ية', 'ه', 'ة', 'ي'];

/** Light stem of an Arabic word: article, conjunction and the usual endings go. Steps of Larkey, Ballesteros and Connell, "Light stemming for Arabic information retrieval" (2007), light10. */
export function stemArabic(word: string): string {
  let stem = word;
  for (const prefix of arabicPrefixes) {
    if (!stem.startsWith(prefix) || stem.length - prefix.length < (prefix === 'و' ? 3 : 2)) continue;
    stem = stem.slice(prefix.length);
    break;
  }
  for (const suffix of arabicSuffixes) {
    if (stem.endsWith(suffix) && stem.length - suffix.length >= 2) stem = stem.slice(0, -suffix.length);
  }
  return stem;
}
