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

const wordwise = (text: string, change: (word: string) => string): string => text.split(' ').map(change).join(' ');

function base32(text: string): string {
  const bits = Array.from(text, (unit) => unit.charCodeAt(0).toString(2).padStart(8, '0')).join('');
  const digits = (bits.match(/.{1,5}/g) ?? []).map((five) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(five.padEnd(5, '0'), 2)),
  );
  return digits.join('');
}

const morseCode = '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'.split(' ');

const morse = (text: string): string =>
  wordwise(text.toLowerCase().replace(/[^a-z ]/g, ''), (word) =>
    Array.from(word, (letter) => morseCode[letter.charCodeAt(0) - 97]).join(' '),
  ).replace(/(?<=[.-]) (?=[.-])/g, ' ');

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
  'camel case': (text) => text.replace(/ (.)/g, (_, letter: string) => letter.toUpperCase()),
  dots: (text) => wordwise(text, (word) => Array.from(word).join('.')),
  hyphens: (text) => wordwise(text, (word) => Array.from(word).join('-')),
  'wide spacing': (text) => Array.from(text).join(' '),
  greek: (text) => swapped({ a: 'α', e: 'ε', i: 'ι', o: 'ο', p: 'ρ', v: 'ν', t: 'τ' }, text),
  'small capitals': (text) =>
    swapped(
      { a: 'ᴀ', b: 'ʙ', c: 'ᴄ', d: 'ᴅ', e: 'ᴇ', g: 'ɢ', i: 'ɪ', l: 'ʟ', m: 'ᴍ', n: 'ɴ', o: 'ᴏ', p: 'ᴘ', r: 'ʀ', t: 'ᴛ', u: 'ᴜ' },
      text,
    ),
  circled: (text) => letters(text, (letter) => String.fromCodePoint((letter >= 'a' ? 0x24d0 : 0x24b6) + (letter.charCodeAt(0) & 31) - 1)),
  squared: (text) => letters(text, (letter) => String.fromCodePoint(0x1f130 + (letter.charCodeAt(0) & 31) - 1)),
  flags: (text) => letters(text, (letter) => `${String.fromCodePoint(0x1f1e6 + (letter.charCodeAt(0) & 31) - 1)}\u200b`),
  accents: (text) => letters(text, (letter) => `${letter}\u0301\u0323`),
  strikethrough: (text) => letters(text, (letter) => `${letter}\u0336`),
  'variation selectors': (text) => letters(text, (letter) => `${letter}\ufe0f`),
  'bytes in variation selectors': (text) =>
    `Look at this 😀${Array.from(text, (unit) => {
      const byte = unit.charCodeAt(0);
      return String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16);
    }).join('')}`,
  'soft hyphens': (text) => letters(text, (letter) => `${letter}\u00ad`),
  'character references': (text) => Array.from(text, (unit) => `&#${unit.charCodeAt(0)};`).join(''),
  'hexadecimal references': (text) => Array.from(text, (unit) => `&#x${unit.charCodeAt(0).toString(16)};`).join(''),
  'unicode escapes': (text) => Array.from(text, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'hexadecimal escapes': (text) => Array.from(text, (unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  'octal escapes': (text) => Array.from(text, (unit) => `\\${unit.charCodeAt(0).toString(8).padStart(3, '0')}`).join(''),
  'percent twice': (text) => Array.from(text, (unit) => `%25${unit.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  'decimal codes': (text) => Array.from(text, (unit) => unit.charCodeAt(0)).join(' '),
  binary: (text) => Array.from(text, (unit) => unit.charCodeAt(0).toString(2).padStart(8, '0')).join(' '),
  'rot13 in base64': (text) => btoa(letters(text, (letter) => shift(letter, 13))),
  reversed: (text) => Array.from(text).reverse().join(''),
  'reversed in base64': (text) => btoa(Array.from(text).reverse().join('')),
  'words in reverse order': (text) => text.split(' ').reverse().join(' '),
  'each word reversed': (text) => wordwise(text, (word) => Array.from(word).reverse().join('')),
  base32: (text) => base32(text),
  'doubled leet': (text) => swapped({ a: '@', e: '3', i: '!', o: '0', s: '$', t: '+', l: '1' }, text),
  'quoted markup': (text) => text.replace(/ /g, ' <b></b>'),
  'cut by markup': (text) => wordwise(text, (word) => `${word.slice(0, 2)}<i></i>${word.slice(2)}`),
  morse: (text) => morse(text),
};
