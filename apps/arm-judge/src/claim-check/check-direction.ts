import type { Alignment } from './align.ts';
import { contradicts } from './findings.ts';
import type { Finding } from './findings.ts';
import type { Token } from './tokens.ts';

const pairs: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:from|von|vom|aus|desde|من)$/, /^(?:to|into|nach|zu|zum|hasta|hacia|الي)$/],
  [/^(?:before|vor|antes)$/, /^(?:after|nach|despues)$/],
  [/^(?:above|over|uber)$/, /^(?:below|under|beneath|unter)$/],
];

const articles = /^(?:the|a|an|der|die|das|dem|den|el|la|los|las|de|del|node|platform|version|page)$/;

/** Which way a word is taken by the preposition before it: the pair's number, positive or negative; 0: none. */
function direction(tokens: readonly Token[], at: number): number {
  let i = at - 1;
  while (i > at - 4 && articles.test(tokens[i]?.norm ?? '')) i -= 1;
  const norm = tokens[i]?.norm ?? '';
  const found = pairs.findIndex(([one, two]) => one.test(norm) || two.test(norm));
  return found < 0 ? 0 : (found + 1) * (pairs[found]?.[0].test(norm) === true ? 1 : -1);
}

/** "From b5 to b2" where the source goes from b2 to b5. */
export function checkDirection({ claim, source, found, anchors }: Alignment): Finding[] {
  const places = [
    ...found.filter(({ term }) => term.name).map(({ term, matches }) => ({ mine: term.at, at: matches.map((match) => match.term.at) })),
    ...anchors,
  ];
  return places.slice(0, 40).flatMap(({ mine, at }) => {
    const way = direction(claim.tokens, mine);
    const turned = way !== 0 && at.length > 0 && at.every((there) => direction(source.tokens, there) === -way);
    return turned ? [contradicts(`"${claim.tokens[mine]?.text ?? ''}" is taken the other way round`)] : [];
  });
}
