import type { Finding } from '../personal/finding.ts';
import { hashOfWord, type Tokens } from './tokens.ts';

/** Nationalities, religions and parties as people are called by them. */
const demonyms =
  'afghan albanian algerian american andorran angolan argentine argentinian armenian asian australian austrian azerbaijani bahamian bahraini bangladeshi barbadian belarusian belgian belizean belizian beninese bhutanese bolivian bosnian brazilian british bruneian bulgarian burkinabe burmese burundian ' +
  'cambodian cameroonian canadian chadian chilean chinese colombian comoran congolese croatian cuban cypriot czech danish dane djiboutian dominican dutch ecuadorian egyptian emirati english eritrean estonian ethiopian fijian filipino finnish finn french gabonese gambian georgian german ghanaian greek ' +
  'greenlandic grenadian guatemalan guinean guyanese haitian honduran hungarian icelandic icelander indian indonesian iranian iraqi irish israeli italian ivorian jamaican japanese jordanian kazakh kenyan korean kosovar kuwaiti kyrgyz laotian latvian lebanese liberian libyan lithuanian luxembourgish ' +
  'macedonian malagasy malawian malaysian maldivian malian maltese mauritanian mauritian mexican micronesian moldovan mongolian montenegrin moroccan mozambican namibian nepalese nepali nicaraguan nigerian norwegian omani pakistani palestinian panamanian paraguayan peruvian polish portuguese qatari ' +
  'romanian russian rwandan salvadoran samoan saudi scottish senegalese serbian singaporean slovak slovakian slovene slovenian somali spanish spaniard sudanese surinamese swede swedish swiss syrian taiwanese tajik tanzanian thai togolese tongan tunisian turkish turk turkmen ugandan ukrainian uruguayan ' +
  'uzbek venezuelan vietnamese welsh yemeni zambian zimbabwean european african latino hispanic kurdish kurd jewish jew muslim catholic protestant buddhist hindu sikh mormon quaker atheist republican democrat greenlander';

const known: ReadonlySet<number> = new Set(demonyms.split(' ').flatMap((word) => [hashOfWord(word), hashOfWord(`${word}s`)]));

/** Words that say what people or faith somebody belongs to. */
export function findGroupsOfPeople(tokens: Tokens): Finding[] {
  const findings: Finding[] = [];
  for (let i = 0; i < tokens.count; i += 1) {
    if (known.has(tokens.words[i] ?? 0))
      findings.push({ kind: 'group', start: tokens.starts[i] ?? 0, end: tokens.ends[i] ?? 0, score: 0.4 });
  }
  return findings;
}
