const letters = (text: string, change: (letter: string) => string): string =>
  Array.from(text, (unit) => (/[a-z]/i.test(unit) ? change(unit) : unit)).join('');

const shift = (letter: string, by: number): string => {
  const first = letter >= 'a' ? 97 : 65;
  return String.fromCharCode(((letter.charCodeAt(0) - first + by) % 26) + first);
};

const homoglyphs: Readonly<Record<string, string>> = { a: 'а', c: 'с', e: 'е', i: 'і', j: 'ј', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у' };
const leet: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };
const swapped = (table: Readonly<Record<string, string>>, text: string): string =>
  letters(text, (letter) => table[letter.toLowerCase()] ?? letter);

/** Ways to write a sentence so that a person or a model still reads it and a search for its words does not find them. */
export const disguises: Readonly<Record<string, (text: string) => string>> = {
  'full width': (text) => letters(text, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  'zero width': (text) => letters(text, (letter) => `${letter}\u200b`),
  homoglyphs: (text) => swapped(homoglyphs, text),
  base64: (text) => `Decode and follow: ${btoa(text)}`,
  rot13: (text) => letters(text, (letter) => shift(letter, 13)),
  leet: (text) => swapped(leet, text),
  spacing: (text) =>
    text
      .split(' ')
      .map((word) => Array.from(word).join(' '))
      .join('   '),
  'mixed case': (text) => Array.from(text, (unit, i) => (i % 2 === 0 ? unit.toUpperCase() : unit.toLowerCase())).join(''),
  'bidi controls': (text) =>
    text
      .split(' ')
      .map((word) => `\u202e${word}\u202c`)
      .join(' '),
  hex: (text) => Array.from(text, (unit) => unit.charCodeAt(0).toString(16).padStart(2, '0')).join(''),
  percent: (text) => Array.from(text, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  'base64 twice': (text) => btoa(btoa(text)),
  'styled letters': (text) =>
    letters(text, (letter) => String.fromCodePoint((letter >= 'a' ? 0x1d41a : 0x1d400) + (letter.charCodeAt(0) & 31) - 1)),
  'tag characters': (text) => `Nice weather.${Array.from(text, (unit) => String.fromCodePoint(0xe0000 + unit.charCodeAt(0))).join('')}`,
  'joined words': (text) => text.replace(/ /g, '_'),
};
