import { fold } from './fold.ts';

/** A unit: values times `factor` (plus `offset`) are in the base unit of `dimension`. Currencies convert to nothing but themselves. */
export interface Unit {
  readonly dimension: string;
  readonly factor: number;
  readonly offset?: number;
}

const minute = 60;
const hour = 3600;
const day = 86_400;

const rows: readonly (readonly [dimension: string, factor: number, names: string])[] = [
  ['time', 1e-6, 'µs us microsecond microseconds mikrosekunden'],
  ['time', 1e-3, 'ms millisecond milliseconds millisekunde millisekunden milisegundos 毫秒'],
  ['time', 1, 's sec secs second seconds sekunde sekunden sek segundo segundos 秒 秒钟 ثانية ثوان ثواني'],
  ['time', minute, 'min mins minute minutes minuten minuto minutos 分钟 دقيقة دقائق'],
  ['time', hour, 'h hr hrs hour hours stunde stunden std hora horas 小时 钟头 ساعة ساعات'],
  ['time', day, 'd day days tag tage tagen día días 天 日 يوم يوما أيام'],
  ['time', 7 * day, 'week weeks woche wochen semana semanas 周 星期 أسبوع أسابيع'],
  ['time', 30.4375 * day, 'month months monat monate monaten mes meses 个月 شهر أشهر شهرا'],
  ['time', 91.3125 * day, 'quartal quartale trimestre'],
  ['time', 365.25 * day, 'year years yr yrs jahr jahre jahren año años 年 岁 سنة سنوات عام أعوام'],
  ['time', 3652.5 * day, 'decade decades jahrzehnt jahrzehnte década décadas'],
  ['time', 36525 * day, 'century centuries jahrhundert jahrhunderte siglo siglos 世纪 قرن'],
  ['length', 1e-6, 'µm micrometre micrometres micron microns'],
  ['length', 1e-3, 'mm millimetre millimetres millimeter millimeters milímetro milímetros 毫米'],
  ['length', 1e-2, 'cm centimetre centimetres centimeter centimeters zentimeter centímetro centímetros 厘米'],
  ['length', 1, 'm metre metres meter meters metern metro metros 米 متر أمتار مترا'],
  ['length', 1e3, 'km kilometre kilometres kilometer kilometers kilometern kilómetro kilómetros 公里 千米 كيلومتر كيلومترات كيلومترا'],
  ['length', 0.0254, 'inch inches zoll pulgadas'],
  ['length', 0.3048, 'ft foot feet fuß'],
  ['length', 1609.344, 'mile miles meile meilen milla millas'],
  ['mass', 1e-6, 'mg milligram milligrams milligramm miligramos 毫克'],
  ['mass', 1e-3, 'g gram grams gramm gramo gramos 克 غرام جرام'],
  ['mass', 1, 'kg kilo kilos kilogram kilograms kilogramm kilogramo kilogramos 公斤 千克 كيلوغرام كيلو'],
  ['mass', 1e3, 't ton tons tonne tonnes tonnen tonelada toneladas 吨 طن أطنان'],
  ['mass', 0.45359237, 'lb lbs pound_weight'],
  ['data', 1, 'bit bits'],
  ['data', 1e3, 'kbit kilobit kilobits'],
  ['data', 1e6, 'mbit megabit megabits'],
  ['data', 1e9, 'gbit gigabit gigabits'],
  ['data', 8, 'byte bytes'],
  ['data', 8e3, 'kb kilobyte kilobytes kib'],
  ['data', 8e6, 'mb megabyte megabytes mib'],
  ['data', 8e9, 'gb gigabyte gigabytes gib'],
  ['data', 8e12, 'tb terabyte terabytes tib'],
  ['data', 8e15, 'pb petabyte petabytes'],
  ['volume', 1e-3, 'ml millilitre millilitres milliliter mililitros 毫升'],
  ['volume', 1e-2, 'cl centilitre centilitres'],
  ['volume', 1, 'l litre litres liter liters litern litro litros 升 لتر لترات'],
  ['volume', 1e3, 'm³ m3 kubikmeter'],
  ['area', 1, 'm² m2 sqm quadratmeter 平方米'],
  ['area', 1e4, 'ha hectare hectares hektar hectárea hectáreas 公顷 هكتار'],
  ['area', 1e6, 'km² km2 quadratkilometer'],
  ['energy', 1, 'wh'],
  ['energy', 1e3, 'kwh kilowattstunde kilowattstunden 千瓦时'],
  ['energy', 1e6, 'mwh'],
  ['power', 1, 'w watt watts 瓦'],
  ['power', 1e3, 'kw kilowatt kilowatts 千瓦'],
  ['power', 1e6, 'mw megawatt megawatts 兆瓦'],
  ['voltage', 1, 'v volt volts voltios 伏'],
  ['voltage', 1e3, 'kv kilovolt kilovolts'],
  ['current', 1, 'ampere amperes amps amp'],
  ['current', 1e-3, 'ma milliampere'],
  ['frequency', 1, 'hz hertz'],
  ['frequency', 1e3, 'khz kilohertz'],
  ['frequency', 1e6, 'mhz megahertz'],
  ['frequency', 1e9, 'ghz gigahertz'],
  ['pressure', 1, 'bar bars'],
  ['pressure', 1e-3, 'mbar millibar hpa hektopascal'],
  ['pressure', 1e-5, 'pa pascal'],
  ['pressure', 1e-2, 'kpa kilopascal'],
  ['sound', 1, 'db decibel decibels dezibel'],
  ['calories', 1, 'kcal kilocalories calories kalorien'],
  ['temperature', 1, '°c celsius degree degrees grad grados ° 度 摄氏度 درجة درجات'],
  ['ratio', 0.01, '% percent prozent porcentaje ٪ 百分点'],
  ['ratio', 0.001, '‰ promille'],
  ['speed', 1 / 3.6, 'km/h kmh'],
  ['times', 1, 'times mal mals veces vez 次 مرات مرة'],
  ['money EUR', 1, '€ eur euro euros 欧元 يورو'],
  ['money EUR', 0.01, 'cent cents céntimos 欧分'],
  ['money USD', 1, '$ usd dollar dollars dólares 美元 دولار دولارات'],
  ['money GBP', 1, '£ gbp pound pounds pfund libras 英镑 جنيه'],
  ['money CHF', 1, 'chf franken francs'],
  ['money JPY', 1, '¥ jpy yen 日元'],
  ['money CNY', 1, 'cny yuan rmb 元 人民币'],
];

const units = new Map<string, Unit>();
for (const [dimension, factor, names] of rows) {
  for (const name of names.split(/\s+/)) units.set(fold(name), { dimension, factor });
}
units.set('°f', { dimension: 'temperature', factor: 5 / 9, offset: -160 / 9 });
units.set('fahrenheit', { dimension: 'temperature', factor: 5 / 9, offset: -160 / 9 });

const duals = new Map<string, Unit>(
  [
    ['يومين', 'يوم'],
    ['ساعتين', 'ساعة'],
    ['دقيقتين', 'دقيقة'],
    ['أسبوعين', 'أسبوع'],
    ['شهرين', 'شهر'],
    ['سنتين', 'سنة'],
    ['عامين', 'عام'],
  ].flatMap(([dual = '', unit = '']) => {
    const found = units.get(fold(unit));
    return found === undefined ? [] : [[fold(dual), found] as const];
  }),
);

/** The unit with this folded name or symbol. */
export const unitOf = (norm: string): Unit | undefined => units.get(norm);

/** Arabic words such as "two weeks" that hold the number and the unit. */
export const dualOf = (norm: string): Unit | undefined => duals.get(norm);

export const unitNames: readonly string[] = [...units.keys()];
