import { fold } from './fold.ts';

const list = (text: string): [string, number][] =>
  text
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split('='))
    .map(([word = '', value = '0']) => [fold(word), Number(value)]);

const simple = new Map<string, number>(
  list(`zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 fourteen=14 fifteen=15 sixteen=16
  seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 dozen=12
  null=0 zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwölf=12 dreizehn=13 vierzehn=14 fünfzehn=15 sechzehn=16 siebzehn=17
  achtzehn=18 neunzehn=19 zwanzig=20 dreißig=30 vierzig=40 fünfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90 dutzend=12 anderthalb=1.5 eineinhalb=1.5 zweieinhalb=2.5
  cero=0 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 trece=13 catorce=14 quince=15 dieciséis=16 diecisiete=17
  dieciocho=18 diecinueve=19 veinte=20 veintiuno=21 veintidós=22 veinticuatro=24 veinticinco=25 treinta=30 cuarenta=40 cincuenta=50 sesenta=60 setenta=70 ochenta=80 noventa=90 cien=100
  ciento=100 doscientos=200 trescientos=300 quinientos=500 docena=12
  ثلاثة=3 ثلاث=3 أربعة=4 أربع=4 خمسة=5 خمس=5 ستة=6 ست=6 سبعة=7 سبع=7 ثمانية=8 ثماني=8 ثمان=8 تسعة=9 تسع=9 عشرة=10 عشر=10 عشرون=20 عشرين=20 ثلاثون=30 ثلاثين=30 أربعين=40
  أربعون=40 خمسين=50 خمسون=50 ستين=60 ستون=60 سبعين=70 سبعون=70 ثمانين=80 ثمانون=80 تسعين=90 تسعون=90 اثنان=2 اثنين=2 اثنتين=2`),
);

const scales = new Map<string, number>(
  list(`hundred=100 thousand=1000 million=1e6 millions=1e6 billion=1e9 hundert=100 tausend=1000 millionen=1e6 milliarde=1e9 milliarden=1e9 mil=1000 millón=1e6 millones=1e6
  مائة=100 مئة=100 ألف=1000 آلاف=1000 مليون=1e6`),
);

const ordinals = new Map<string, number>(
  list(`first=1 second=2 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 erste=1 ersten=1 erster=1 erstes=1 zweite=2 zweiten=2 zweiter=2 dritte=3 dritten=3 dritter=3
  vierte=4 vierten=4 fünfte=5 fünften=5 primer=1 primero=1 primera=1 segundo=2 segunda=2 tercer=3 tercero=3 tercera=3 cuarto=4 cuarta=4 quinto=5 quinta=5
  الأول=1 الأولى=1 الثاني=2 الثانية=2 الثالث=3 الثالثة=3 الرابع=4 الرابعة=4 الخامس=5 الخامسة=5 السادس=6 السادسة=6 السابع=7 السابعة=7 الثامن=8 الثامنة=8 التاسع=9 التاسعة=9 العاشر=10 العاشرة=10`),
);

const fractions = new Map<string, number>(
  list(`half=0.5 halves=0.5 quarter=0.25 quarters=0.25 thirds=0.3333333 fifths=0.2 tenths=0.1 hälfte=0.5 drittel=0.3333333 viertel=0.25 fünftel=0.2 zehntel=0.1 mitad=0.5 tercio=0.3333333
  tercios=0.3333333 نصف=0.5 ثلث=0.3333333 ربع=0.25`),
);

const repeats = new Map<string, number>(
  list(`once=1 twice=2 thrice=3 einmal=1 zweimal=2 dreimal=3 viermal=4 fünfmal=5 sechsmal=6 zehnmal=10 مرتين=2`),
);

export const ordinalOf = (norm: string): number | undefined => ordinals.get(norm);
export const fractionOf = (norm: string): number | undefined => fractions.get(norm);
export const repeatOf = (norm: string): number | undefined => repeats.get(norm);
export const scaleOf = (norm: string): number | undefined => scales.get(norm);

const germanCompound =
  /^(ein|zwei|drei|vier|fünf|funf|sechs|sieben|acht|neun)und(zwanzig|dreissig|vierzig|fünfzig|funfzig|sechzig|siebzig|achtzig|neunzig)$/;

/** The value of a number word of English, German, Spanish or Arabic, given folded. */
export function numberWord(norm: string): number | undefined {
  const known = simple.get(norm);
  if (known !== undefined) return known;
  if (norm.length > 40 || norm.length < 6) return undefined;
  const compound = germanCompound.exec(norm);
  if (compound !== null) return (compound[1] === 'ein' ? 1 : (simple.get(compound[1] ?? '') ?? 0)) + (simple.get(compound[2] ?? '') ?? 0);
  const hundreds = /^(ein|zwei|drei|vier|funf|sechs|sieben|acht|neun)?(hundert|tausend)$/.exec(norm);
  return hundreds === null
    ? undefined
    : (hundreds[1] === undefined ? 1 : (simple.get(hundreds[1]) ?? 1)) * (hundreds[2] === 'hundert' ? 100 : 1000);
}

const hanDigits = new Map([...'零〇一二两三四五六七八九'].map((sign, i) => [sign, [0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9][i] ?? 0]));
const hanScales = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1000],
  ['万', 10_000],
  ['亿', 100_000_000],
]);

export const isHanNumeral = (sign: string): boolean => hanDigits.has(sign) || hanScales.has(sign);

/** Value of a number in Chinese signs such as 三百二十. */
export function hanNumber(text: string): number {
  let total = 0;
  let section = 0;
  let digit: number | undefined;
  for (const sign of text) {
    const scale = hanScales.get(sign);
    if (scale === undefined) {
      digit = (digit === undefined ? 0 : digit * 10) + (hanDigits.get(sign) ?? 0);
      continue;
    }
    if (scale >= 10_000) {
      total = (total + section + (digit ?? 0)) * scale;
      section = 0;
    } else section += (digit ?? 1) * scale;
    digit = undefined;
  }
  return total + section + (digit ?? 0);
}

/** Value of digits with separators. `commaDecimal`: the text is in a language that writes 1.240,5 (German, Spanish). */
export function digits(text: string, commaDecimal: boolean): number {
  const plain = text.normalize('NFKC').replace(/['’\s]/g, '');
  const [thousands, decimal] = commaDecimal ? ['.', ','] : [',', '.'];
  const grouped = (mark: string): boolean => {
    const parts = plain.split(decimal === mark ? thousands : decimal)[0]?.split(mark) ?? [];
    return parts.length > 1 && parts[0] !== '0' && parts.slice(1).every((part) => part.length === 3);
  };
  if (plain.includes(thousands) && plain.includes(decimal)) return Number(plain.replaceAll(thousands, '').replace(decimal, '.'));
  if (plain.includes(thousands))
    return grouped(thousands) ? Number(plain.replaceAll(thousands, '')) : Number(plain.replace(thousands, '.'));
  return Number(plain.replace(decimal, '.'));
}
