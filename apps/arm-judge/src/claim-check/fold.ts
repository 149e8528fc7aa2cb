import { remembered } from './memo.ts';

/** Lower case, compatibility forms folded, accents removed, lone surrogates replaced. The German sharp s becomes "ss". */
export const fold = remembered((word: string): string => {
  const plain = word.toWellFormed().normalize('NFKD').toLowerCase();
  return plain
    .replace(/[\p{Mn}\u0640]/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/[’‘ʼ]/g, "'")
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه');
});

const suffixes = [
  ['isations', 'izations', 'isation', 'ization', 'ations', 'ation', 'ements', 'ement', 'ments', 'ment', 'ingly', 'edly', 'nesses', 'ness'],
  ['ities', 'ity', 'ical', 'ions', 'ion', 'ings', 'ing', 'iest', 'ier', 'ies', 'ied', 'ily', 'ungen', 'ung', 'lich'],
  [
    'ers',
    'est',
    'ed',
    'er',
    'es',
    'ly',
    'en',
    'em',
    'aron',
    'ieron',
    'ando',
    'iendo',
    'an',
    'ado',
    'ada',
    'idos',
    'idas',
    'ido',
    'ida',
    'al',
    'ar',
    'ir',
    'os',
    'as',
  ],
  ['s', 'e', 'y', 'n', 'o', 'a', 't'],
].flat();

function withoutSuffix(word: string): string {
  for (const suffix of suffixes) {
    if (word.length - suffix.length >= 3 && word.endsWith(suffix)) return word.slice(0, -suffix.length);
  }
  return word;
}

const undouble = (word: string): string =>
  word.length > 3 && word.at(-1) === word.at(-2) && /[bdfgklmnprt]/.test(word.at(-1) ?? '') ? word.slice(0, -1) : word;

const arabicPrefix = /^(?:وال|بال|كال|فال|لل|ال)(?=.{3})/;
const arabicSuffix = /(?<=.{3})(?:ها|هم|ات|ون|ين|ان|ه)$/;

/**
 * A short form shared by most inflections of a word in English, German, Spanish and Arabic. Blunt on purpose: two words are
 * compared by it, it is never shown. Takes a folded word.
 */
export const stem = remembered((word: string): string => {
  if (/^[؀-ۿ]/.test(word)) return word.replace(arabicPrefix, '').replace(arabicSuffix, '');
  const bare = word.replace(/'s?$/, '');
  if (bare.length < 4 || !/^[a-z]/.test(bare)) return bare;
  const once = withoutSuffix(bare);
  return undouble(once.length >= 5 ? once.replace(/(?:[aeiyo]|en|er)$/, '') : once.replace(/(?<=...)[eiy]$/, ''));
});
