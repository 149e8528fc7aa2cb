import { isHongKong } from './ids-americas-asia.ts';
import type { Shape } from './shapes.ts';

const passport = [
  'passport',
  'pasaporte',
  'passeport',
  'reisepass',
  'passaporto',
  'paspoort',
  '护照',
  '護照',
  'паспорт',
  'travel document',
];
const plate = [
  'plate',
  'registration',
  'kennzeichen',
  'immatriculation',
  'matrícula',
  'matricula',
  'targa',
  'kenteken',
  'rendszám',
  'rekisteri',
  'placa',
  'spz',
];
const post = [
  'zip',
  'postcode',
  'post code',
  'postal',
  'plz',
  'postleitzahl',
  'code postal',
  'postnummer',
  'pincode',
  'pin code',
  'eircode',
  'cep',
];

/** Sri Lanka: the day of the year, women + 500. */
const isSriLankan = (value: string): boolean => {
  const day = Number(value.length === 12 ? value.slice(4, 7) : value.slice(2, 5));
  return (day >= 1 && day <= 366) || (day >= 501 && day <= 866);
};

/** Libya: sex, then the year of birth. */
const isLibyan = (value: string): boolean => /^[12](?:19|20)/.test(value);

/** Forms without a check digit: alone or beside their words. */
export const localeShapes: readonly Shape[] = [
  {
    kind: 'lk-id',
    form: '[1-9]\\d{8}[VX]|(?:19|20)\\d{10}',
    flags: 'i',
    valid: isSriLankan,
    context: ['nic', 'sri lanka', 'national identity'],
  },
  {
    kind: 'hk-id',
    form: '[A-Z]{1,2}\\d{6}[(\\[][0-9A][)\\]]',
    flags: 'i',
    valid: (value) => isHongKong(value.replace(/[^A-Za-z0-9]/g, '')),
    context: [],
    loose: 0.97,
  },
  { kind: 'pk-id', form: '[1-7]\\d{4}-\\d{7}-[1-9]', context: ['cnic', 'nadra'], loose: 0.7 },
  { kind: 'ly-id', form: '[12](?:19|20)\\d{9}', valid: isLibyan, context: ['الرقم الوطني', 'libya'] },
  { kind: 'tn-id', form: '\\d{8}', context: ['cin', 'tunis', 'بطاقة التعريف'] },
  { kind: 'it-cie', form: 'C[A-Z]\\d{5}[A-Z]{2}', context: ['carta d', 'identità', 'identity'] },
  {
    kind: 'passport',
    form: '[A-Z]{1,3}[- ]?\\d{6,8}|\\d{9}|\\d{2} ?\\d{2} ?\\d{6}|[A-Z]{2}\\d{6}[A-Z]|[A-Z]\\d{6}[A-Z]{2}|[A-Z][A-Z0-9]{7,8}',
    valid: (value) => /\d/.test(value),
    context: passport,
  },
  {
    kind: 'license-plate',
    form: '[A-Z]{2,3}[- ·]\\d{1,4}(?:[- ][A-Z]{1,3})?|\\d{2}[- ·][A-Z]{2}[- ·]\\d{2}|\\d{2}[- ·]\\d{2}[- ·][A-Z]{2}|[A-Z]{2}[- ·]\\d{2}[- ·]\\d{2}|[A-Z]{2}[- ·]\\d{2}[- ·][A-Z]{2}|[A-Z]{3} ?\\d[A-Z0-9] ?\\d{2}|[A-Z]{2}\\d{3,4}[A-Z]{0,2}|[A-Z]{2}\\d{2}[A-Z]{2}\\d{4}|S[A-Z]{2} ?\\d{4} ?[A-Z]|\\d{3}-?[A-Z]{1,3}|[A-Z]{3} \\d{2}[A-Z]|[A-Z]{1,3} ?[A-Z]{1,2} ?\\d{1,4}[EH]?',
    context: plate,
  },
  {
    kind: 'postal-code',
    form: '[A-CEGHJ-NPR-TVXY]\\d[ABCEGHJ-NPR-TV-Z][ -]?\\d[ABCEGHJ-NPR-TV-Z]\\d',
    flags: 'i',
    context: post,
    loose: 0.5,
  },
  {
    kind: 'postal-code',
    form: '[1-9]\\d{3} ?(?!SA|SD|SS)[A-Z]{2}|\\d{2}-\\d{3}|\\d{4}-\\d{3}|\\d{3}-\\d{4}|\\d{5}-\\d{3}|[A-Z]{3} ?\\d{4}|[AC-FHKNPRTV-Y]\\d[\\dW] ?[0-9AC-FHKNPRTV-Y]{4}|\\d{3} \\d{2}|AD\\d{3}',
    context: post,
  },
  { kind: 'postal-code', form: '\\d{5}(?:-\\d{4})?', context: post },
];
