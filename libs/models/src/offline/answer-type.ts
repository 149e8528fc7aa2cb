/** What a question asks for, as far as its question word tells. */
export type AnswerType = 'time' | 'number' | 'name';

interface Cue {
  readonly type: AnswerType;
  readonly words: RegExp;
}

const START = String.raw`(?:^|[\s,;:¿"'(])`;
const END = String.raw`(?=$|[\s,;:?？!.)"'])`;
const spaced = (words: string): RegExp => new RegExp(`${START}(?:${words})${END}`, 'iu');

/** In order: "how many years" is a number before "years" could make it a time. */
const CUES: readonly Cue[] = [
  {
    type: 'number',
    words: spaced(
      'how (?:many|much|long|old|tall|large|big|high|deep|far|often|fast)|what (?:percentage|percent|number|amount|share)|wie ?viele?|wie (?:lange?|hoch|groß|alt|oft|weit|teuer)|cuánt[oa]s?|combien',
    ),
  },
  { type: 'number', words: /多少|几个|几次|多大|多长|多久|百分之几|كم(?=\s|$)/u },
  {
    type: 'time',
    words: spaced(
      'since when|what (?:year|date|day|month|century|decade|time)|which (?:year|date|day|month|century|decade)|(?:seit|bis|ab) wann|in welche[mr] (?:jahr|jahrhundert|monat)|en qué año',
    ),
  },
  { type: 'time', words: /(?:^|[,.;:?!]\s|\b(?:and|und|y|et)\s)(?:when|wann|cuándo|quand)(?=\s)/iu },
  { type: 'time', words: /什么时候|何时|哪一?年|几月|哪个世纪|متى|(?:أي|اي)\s(?:عام|سنة|قرن)/u },
  {
    type: 'name',
    words: spaced(
      'who|whom|whose|where|which (?:city|country|person|state|river|company|team)|what (?:city|country|company|team|person)|wer|wen|wem|wessen|wo|wohin|quién(?:es)?|dónde|qui|où',
    ),
  },
];

/** The kind of answer a question asks for; undefined when its words don't say. Only the first 2,000 characters are read. */
export function answerTypeOf(question: string): AnswerType | undefined {
  const head = question.slice(0, 2_000);
  return CUES.find((cue) => cue.words.test(head))?.type;
}

const YEAR_OR_MONTH =
  /\d{3,4}|\d{1,2}(?:st|nd|rd|th)|\p{Nd}年|\d{1,2}\.\s?\p{Lu}|january|february|\bmarch\b|april|\bmay\b|\bjune\b|\bjuly\b|august|september|october|november|december|januar|februar|märz|\bmai\b|juni|juli|oktober|dezember|centur|jahrhundert|decade|世纪|世紀|月|قرن|عام/iu;
const NUMBER =
  /\p{Nd}|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million|billion|half|third|quarter|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|hundert|tausend|million(?:en)?|milliarden?)\b|[一二三四五六七八九十百千万亿]/iu;
/** A capital inside the sentence; writing without capitals always passes. */
const NAME = /[\s(«„“"'`-]\p{Lu}|\p{Lo}/u;

const SHOWS: Readonly<Record<AnswerType, RegExp>> = { time: YEAR_OR_MONTH, number: NUMBER, name: NAME };

/** Whether a sentence shows anything of the kind asked for. */
export const showsType = (sentence: string, type: AnswerType): boolean => SHOWS[type].test(sentence);
