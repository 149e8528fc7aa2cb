/** The languages the lexicon knows, and `other`. */
export type Language = 'en' | 'de' | 'es' | 'zh' | 'ar' | 'other';

const markers: readonly (readonly [Language, ReadonlySet<string>])[] = [
  [
    'en',
    new Set('the of and to is are was were in for with on by not that an at be may has have its it from only they this as or'.split(' ')),
  ],
  [
    'de',
    new Set(
      'der die das und ist sind wird werden nicht ein eine einen von zu zum zur mit auf fur im den dem des auch nur bei bis vom es kann muss als am sich'.split(
        ' ',
      ),
    ),
  ],
  ['es', new Set('el la los las un una y de del es son en para con no se que por al su sus todos o mas desde hasta cuando'.split(' '))],
];

/** The language of a text by its script and its commonest little words. */
export function languageOf(text: string, norms: readonly string[]): Language {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const arabic = text.match(/\p{Script=Arabic}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (han * 2 > latin) return han > 0 ? 'zh' : 'other';
  if (arabic > latin) return 'ar';
  const scores = markers.map(([language, words]) => [language, norms.reduce((sum, norm) => sum + (words.has(norm) ? 1 : 0), 0)] as const);
  const best = scores.reduce((a, b) => (b[1] > a[1] ? b : a));
  return best[1] === 0 ? 'en' : best[0];
}
