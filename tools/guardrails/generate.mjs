// Written phrases put together to attacks and to harmless texts full of the same words. Pure: the same seed gives the same texts.
import { readFileSync } from 'node:fs';

const phrasesOf = (file) => JSON.parse(readFileSync(new URL(`phrases/${file}.json`, import.meta.url), 'utf8'));

const english = phrasesOf('en');
const grammar = phrasesOf('en-grammar');

/** Language -> kind -> phrases. */
export const phrases = {
  en: Object.fromEntries(Object.entries(english).map(([kind, list]) => [kind, [...list, ...(grammar[kind] ?? [])]])),
  ...phrasesOf('europe'),
  ...phrasesOf('asia'),
};

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const slots = phrasesOf('slots');

class Writer {
  constructor(seed) {
    this.random = randomFrom(seed);
  }

  chance(share) {
    return this.random() < share;
  }

  index(length) {
    return Math.floor(this.random() * length);
  }

  one(list) {
    return list[this.index(list.length)];
  }

  /** Slots may stand for phrases with slots of their own. */
  fill(phrase) {
    let text = phrase;
    for (let depth = 0; depth < 3; depth += 1)
      text = text.replace(/\{(\w+)\}/g, (whole, slot) => (slots[slot] === undefined ? whole : this.one(slots[slot])));
    return text.replace(/^[a-z]/, (letter) => (this.chance(0.9) ? letter.toUpperCase() : letter));
  }

  phrase(lang, kind) {
    return this.fill(this.one(phrases[lang][kind] ?? phrases.en[kind]));
  }

  several(lang, kind, from, to) {
    const count = from + this.index(to - from + 1);
    return Array.from({ length: count }, () => this.phrase(lang, kind));
  }

  join(parts) {
    return parts.join(this.one([' ', ' ', ' ', '\n', '\n\n', ' ... ']));
  }
}

/** Shapes of an attack that a user types. */
const direct = [
  (w, l) => [w.phrase(l, 'override'), w.phrase(l, 'task')],
  (w, l) => [w.phrase(l, 'override'), w.phrase(l, 'secret')],
  (w, l) => [w.phrase(l, 'override'), w.phrase(l, 'prompt')],
  (w, l) => [w.phrase(l, 'override'), w.phrase(l, 'person')],
  (w, l) => [w.phrase(l, 'override')],
  (w, l) => [w.phrase(l, 'secret')],
  (w, l) => [w.phrase(l, 'prompt')],
  (w, l) => [w.phrase(l, 'authority'), w.phrase(l, 'secret')],
  (w, l) => [w.phrase(l, 'authority'), w.phrase(l, 'prompt')],
  (w, l) => [w.phrase(l, 'authority'), w.phrase(l, 'person')],
  (w, l) => [...w.several(l, 'role', 1, 3)],
  (w, l) => [w.phrase(l, 'override'), ...w.several(l, 'role', 1, 4)],
  (w, l) => [...w.several(l, 'role', 2, 5), w.phrase(l, 'authority')],
  (w, l) => [...w.several(l, 'benign', 1, 2), w.phrase(l, 'override'), w.phrase(l, 'task')],
  (w, l) => [...w.several(l, 'benign', 1, 3), w.phrase(l, 'secret')],
  (w, l) => [...w.several(l, 'benign', 1, 2), w.phrase(l, 'prompt')],
  (w, l) => [`Q: ${w.phrase(l, 'benign')}`, `A: ${w.phrase(l, 'page')}`, `Q: ${w.phrase(l, 'secret')}`],
  (w, l) => [w.phrase(l, 'override'), w.phrase('en', 'task')],
  (w, l) => [w.phrase('en', 'override'), w.phrase(l, 'secret')],
  (w, l) => [w.phrase(l, 'benign'), `[system] ${w.phrase(l, 'override')}`],
];

/** Shapes of what a user asks without meaning harm. */
const harmless = [
  (w, l) => [w.phrase(l, 'benign')],
  (w, l) => w.several(l, 'benign', 2, 4),
  (w, l) => [w.phrase(l, 'benign'), ...w.several(l, 'page', 1, 3)],
  (w, l) => [`Summarise this: "${w.several(l, 'page', 2, 4).join(' ')}"`],
  (w, l) => [`Translate to ${w.one(slots.lang)}: ${w.phrase(l, 'page')}`],
];

const wrapped = [
  (w, text) => text,
  (w, text) => `<!-- ${text} -->`,
  (w, text) =>
    `{"${w.one(['note', 'review', 'message', 'body', 'description', 'text', 'content'])}": ${JSON.stringify(text)}, "id": ${w.one(slots.number).replace(/\D/g, '')}}`,
  (w, text) =>
    `{'${w.one(['title', 'comment', 'subject', 'bio', 'product'])}': 'Item ${w.one(slots.number)}', 'details': '${text}', 'stars': 4}`,
  (w, text) => `<p>${text}</p>`,
];

/** Planted in a page, mail or tool answer in place of what would stand there. */
const planted = [
  (w, l) => [w.phrase(l, 'planted')],
  (w, l) => [w.phrase(l, 'planted')],
  (w, l) => [w.phrase(l, 'override'), w.phrase(l, 'planted')],
  (w, l) => [w.phrase(l, 'override'), w.phrase(l, 'task')],
  (w, l) => [`IMPORTANT: ${w.phrase(l, 'override')}`, w.phrase(l, 'planted')],
  (w, l) => [w.phrase(l, 'authority'), w.phrase(l, 'planted')],
];

function plantedText(w, lang) {
  const order = w.one(planted)(w, lang).join(' ');
  const before = w.chance(0.7) ? w.several(lang, 'page', 1, 3) : [];
  const after = w.chance(0.6) ? w.several(lang, 'page', 1, 3) : [];
  return { text: w.one(wrapped)(w, w.join([...before, order, ...after])), planted: order };
}

const cleanPage = (w, lang) => w.one(wrapped)(w, w.join(w.several(lang, 'page', 1, 6)));

const shareOf = (lang) => (lang === 'en' ? 8 : phrases[lang].override.length >= 4 ? 2 : 1);

/** `count` texts a language and kind (English eight times, small languages half as many). */
export function generated(seed, count) {
  const w = new Writer(seed);
  const texts = [];
  for (const lang of Object.keys(phrases).sort()) {
    for (let i = 0; i < count * shareOf(lang); i += 1) {
      texts.push({ side: 'direct', attack: true, text: w.join(direct[i % direct.length](w, lang)), lang });
      texts.push({ side: 'direct', attack: false, text: w.join(harmless[i % harmless.length](w, lang)), lang });
      texts.push({ side: 'indirect', attack: true, ...plantedText(w, lang), lang });
      texts.push({ side: 'indirect', attack: false, text: cleanPage(w, lang), lang });
    }
  }
  return texts.map((item, i) => ({
    ...item,
    id: `written-${i}`,
    source: `written/${item.lang === 'en' ? 'en' : 'other'}`,
    group: `written-${i}`,
  }));
}
