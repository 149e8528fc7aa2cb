/** Words that almost every English sentence or order to a model has one of, three letters and more. */
const commonWords =
  'the and you your all are was what with that this from have not for but can will how who tell give show say about above previous prior before ignore forget disregard instructions instruction prompt system password secret everything rules answer now pretend print repeat reveal please write only must never any without restrictions';

const shifted = (text: string, change: (letter: number) => number): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0);
    const first = code >= 97 ? 97 : 65;
    return String.fromCharCode(change(code - first) + first);
  });

const reversed = (text: string): string => Array.from(text).reverse().join('');

/** Ways to write that turn every letter or the order of letters; each undoes itself. */
const ciphers = {
  rot13: (text: string) => shifted(text, (letter) => (letter + 13) % 26),
  atbash: (text: string) => shifted(text, (letter) => 25 - letter),
  reversed,
  'words reversed': (text: string) => text.replace(/[a-z]+/gi, reversed),
} as const;

export type Cipher = keyof typeof ciphers;

const names = Object.keys(ciphers) as Cipher[];
const plainWords: ReadonlySet<string> = new Set(commonWords.split(' '));
/** Enciphered common word -> the ciphers that give it. */
const signs: ReadonlyMap<string, readonly Cipher[]> = names.reduce((map, name) => {
  for (const word of plainWords) {
    const sign = ciphers[name](word);
    if (!plainWords.has(sign)) map.set(sign, [...(map.get(sign) ?? []), name]);
  }
  return map;
}, new Map<string, readonly Cipher[]>());

const latin = (code: number): boolean => (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
const longestSign = 12;
/** In a text of a sentence or two, one sign is enough where no plain word speaks against it. */
const shortText = 200;

/** Ciphers whose signs a text has: three, or two that outnumber its plain words. Linear. */
function suspected(text: string): Cipher[] {
  const counts = new Map<Cipher, number>();
  let plain = 0;
  const lower = text.toLowerCase();
  for (let at = 0; at < lower.length; at += 1) {
    const start = at;
    while (at < lower.length && latin(lower.charCodeAt(at))) at += 1;
    if (at - start < 3 || at - start > longestSign) continue;
    const word = lower.slice(start, at);
    if (plainWords.has(word)) plain += 1;
    else for (const name of signs.get(word) ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const least = plain === 0 && text.length < shortText ? 1 : 2;
  return names.filter((name) => {
    const count = counts.get(name) ?? 0;
    return count >= 3 || (count >= least && count > plain);
  });
}

/** What a text says when a cipher that it seems to be written in is undone. */
export const deciphered = (text: string): { cipher: Cipher; text: string }[] =>
  suspected(text).map((cipher) => ({ cipher, text: ciphers[cipher](text) }));

const morseLetters = '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'.split(
  ' ',
);
const morse: ReadonlyMap<string, string> = new Map(morseLetters.map((code, i) => [code, String.fromCharCode(97 + i)]));

/** Text of a run of Morse code; words are parted by / or by two spaces. A sign that is no letter is left out. */
export const fromMorse = (run: string): string =>
  run
    .split(/ ?[/|] ?| {2,}/)
    .map((word) =>
      word
        .split(' ')
        .map((code) => morse.get(code) ?? '')
        .join(''),
    )
    .join(' ');
