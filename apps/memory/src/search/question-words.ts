import { indexTerms } from './index-terms.ts';

/** Words that put a question rather than name what it is about: "how many kinds", "wie heißt", "ما نوع". A passage that answers seldom repeats them. */
const english =
  'many kind kinds type types sort sorts name names named call called mean means meant meaning happen happens happened come comes came get gets got give gives given tell describe explain define ' +
  'purpose example examples difference long old big tall often people person thing things year years time number amount much use used find know say said make makes made going go people';
const german =
  'viel viele vielen heißt heißen hieß hießen nennt nennen nannte genannt lautet lauten name namen art arten gehört gehören liegt liegen hoch lange groß alt oft mensch menschen person personen ding dinge jahr jahre zeit zahl anzahl ' +
  'bedeutet bedeuten beispiel beispiele unterschied zweck nutzt benutzt verwendet macht machte laut sagt sagte geschah passiert bezeichnet';
const arabic =
  'عدد نوع أنواع شيء أشياء اسم أسماء يسمى تسمى سمي ناس الناس شخص أشخاص معنى يعني تعني هدف سبب مثال أمثلة الفرق سنة عام وقت طريقة كمية يوجد توجد اذكر';
const chinese =
  '多少 几个 名字 名称 什么 怎么 类型 种类 时候 哪里 如何 为何 何时 原因 意思 多大 多长 多久 有多 多是 有几 年份 人们 叫做 称为';

/** Chinese particles and question words of one character: a bigram with one of them crosses a word's edge. */
const particle = /[的了是在吗呢么麼哪谁誰吧]/;

const questionTerms = new Set(indexTerms(`${english} ${german} ${arabic} ${chinese}`));

/** Whether an index term only puts the question. */
export function isQuestionTerm(term: string): boolean {
  return questionTerms.has(term) || (term.length === 2 && particle.test(term));
}
