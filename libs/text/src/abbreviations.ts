const english =
  'mr mrs ms dr prof rev hon st sr jr gen col maj capt lt sgt cmdr gov sen rep pres mt ft no nos vol vols pp p ch chap sec fig figs eq eqs ed eds est al vs v etc approx appx ' +
  'dept univ inc ltd co corp bros assn jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun cf ca viz e.g i.e a.m p.m a.k.a u.s u.k u.n ph.d m.d b.a m.a b.sc m.sc d.c resp incl excl min max ave blvd rd art para ref refs tel ext';
const german =
  'z.b d.h u.a u.u o.ä u.ä s.o s.u v.a z.t i.d.r i.a n.chr v.chr bzw usw evtl ggf ca vgl bspw sog inkl exkl zzgl abs abschn art aufl bd bde dipl ing hrsg hr fr frl jh jhd mio mrd nr str tel urspr usf zit geb gest hl kap lt max min röm rd tsd allg bes dt engl frz griech lat ital span';
const other = 'm mm mme mlle sra ud uds ej págs pág art núm aprox av гг г др тыс млн руб стр рис см им';

const abbreviations = new Set(`${english} ${german} ${other}`.split(' '));

const months = new Set(
  (
    'januar jänner februar märz april mai juni juli august september oktober november dezember ' +
    'jahrhundert jahrhunderts jh jahrhunderte january february march may june july october december'
  ).split(' '),
);

/** Whether a full stop after `word` usually belongs to the word: "Dr.", "z.B.", an initial. */
export function isAbbreviation(word: string): boolean {
  return /^\p{L}$/u.test(word) || abbreviations.has(word.toLowerCase());
}

/** Whether `word` follows an ordinal written with a full stop: "3. Oktober", "19. Jahrhundert". */
export function followsOrdinal(word: string): boolean {
  return months.has(word.toLowerCase());
}
