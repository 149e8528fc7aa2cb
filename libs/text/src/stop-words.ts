const english =
  'a an the and or but if then than so as at by for from in into of off on onto out over to up upon with within without about above after again against all also am are be because been before being below between both ' +
  'can could did do does doing down during each either else ever every few further had has have having he her here hers herself him himself his how however i im it its itself just like may me might more most much must my myself ' +
  'of once one only other our ours ourselves own per same shall she should some such that thats the their theirs them themselves there these they this those through thus too under until us very via was we were what whats when where whether which while who whom whose why will would you your yours yourself yourselves';
const german =
  'aber alle allem allen aller alles als also am an ander andere anderen anderer anderes auch auf aus bei beim bin bis bist da damit dann das dass daß dein deine dem den denn der des dessen deren die dies diese dieselbe diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einige er es etwas euch euer eure für gegen gewesen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist ' +
  'ja jede jedem jeden jeder jedes jene jetzt kann können könnte man manche mein meine mich mir mit muss müssen musste nach noch nun nur ob oder ohne sehr seid sein seine seinem seinen seiner seines seit sich sie sind so solche soll sollen sollte sollten sowie über um und uns unser unsere unter vom von vor war waren warum was weil welche welchem welchen welcher welches wenn wer wem wen werde werden weshalb wessen wie wieder wieviel will wir wird wirst wo wohin wodurch wofür woher worin wurde wurden während wäre würde würden zu zum zur zwar zwischen ab bezüglich dabei dadurch damals daran darauf daraus davon dazu gab geben gibt jedoch wann worauf woran woraus worüber worum wovon wozu';
const french =
  'au aux avec ce ces cette dans de des du elle elles en est et était étaient ont il ils je la le les leur leurs lui ma mais me mes mon nous on ou où par pour qu que quel quelle quels quelles qui sa se ses son sont sur ta te tes toi ton tu un une vos votre vous y été être avait';
const spanish =
  'al algo como con cual cuál cuando cuándo cuánto cuántos de del desde donde dónde el él ella ellos en entre era es esa ese eso esta está este esto están fue fueron ha había hay la las le les lo los más mi muy o para pero por porque qué que quien quién quiénes se ser si sí sobre son su sus también tan tiene tu un una uno unos y ya cómo';
const arabic =
  'في من إلى الى على عن مع هذا هذه ذلك تلك التي الذي الذين اللذان اللتان كان كانت كانوا يكون تكون هو هي هم هن أن إن ان أو او ثم قد لقد كل بعض بين بعد قبل عند عندما حيث كما حتى إذا اذا لكن ولكن أي اي ما ماذا متى أين اين كيف كم لماذا من هل وهو وهي وفي ومن وعلى التى به بها له لها فيه فيها منه منها عليه عليها عنه عنها أنه أنها انه انها خلال منذ نحو لدى غير أحد احد يتم تم بماذا بكم مما ممن فيم علام لأي بأي';
const chinese =
  '的 了 和 是 在 有 就 也 都 而 及 与 與 或 这 這 那 之 其 什么 什麼 哪些 哪个 哪個 哪里 哪裡 哪一 谁 誰 怎么 怎麼 怎样 如何 为什 什麼 为何 多少 几个 是什 么是 么时 时候 是哪 是谁 个是 何时 吗 呢 被 把 对 對 于 於 从 從 以 他们 她们 它们 我们';

/** Compared without marks and case, so that a stop word is known in its index form too. */
function bare(word: string): string {
  return word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('’', "'").replaceAll('ß', 'ss').replace(/[أإآ]/g, 'ا');
}

const stopWords = new Set(`${english} ${german} ${french} ${spanish} ${arabic} ${chinese}`.split(' ').map(bare));

/** Whether a word (or a bigram of Chinese characters) says nothing by itself in English, German, French, Spanish, Arabic or Chinese. Negations do say something. */
export function isStopWord(term: string): boolean {
  return stopWords.has(term) || stopWords.has(bare(term));
}
