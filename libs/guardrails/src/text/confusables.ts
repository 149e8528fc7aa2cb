/** Cyrillic, Greek, Armenian and phonetic letters (small capitals) that look like a Latin one, written as `lookalikes latin`, lower case. */
const table = [
  'аӑӓαɑᴀ a',
  'вьʙƅβ b',
  'сϲᴄ c',
  'ԁդɗᴅ d',
  'еҽєεɛᴇ e',
  'ғƒꜰ f',
  'ɡԍցɢ g',
  'һհнʜ h',
  'іιїɩɪı i',
  'јϳᴊ j',
  'кκқᴋ k',
  'ӏʟ l',
  'мʍᴍ m',
  'пոɴη n',
  'оοօσөᴏ o',
  'рρᴘþ p',
  'ԛգ q',
  'гᴦʀ r',
  'ѕʂꜱ s',
  'тτᴛ t',
  'υսʋᴜ u',
  'ѵνᴠ v',
  'ԝωѡшɯᴡ w',
  'хχ x',
  'уүγʏ y',
  'ʐᴢ z',
] as const;

/** Lower-case lookalike -> Latin letter. */
export const latinLookalike: ReadonlyMap<string, string> = new Map(
  table.flatMap((row) => {
    const [lookalikes = '', latin = ''] = row.split(' ');
    return Array.from(lookalikes, (letter) => [letter, latin] as const);
  }),
);
