// Values that fill the slots of the templates. Names, places and streets come from an installed copy of @faker-js/faker (MIT); only the trained weights are kept.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

/** Small seeded generator (mulberry32): the same seed, the same training data. */
export function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    chance: (share) => next() < share,
    below: (n) => Math.floor(next() * n),
    pick: (list) => list[Math.floor(next() * list.length)],
    digits: (n) => Array.from({ length: n }, () => Math.floor(next() * 10)).join(''),
  };
}

const flat = (...lists) =>
  lists.flat().flatMap((entry) => (typeof entry === 'string' ? [entry] : typeof entry?.value === 'string' ? [entry.value] : []));
const isPlainName = (name) => /^[\p{L}\p{M}'’. -]{2,30}$/u.test(name) && !name.includes('{{');

const own = (...values) => values.flatMap((text) => text.split(','));

const countries = own(
  'Afghanistan,Albania,Algeria,Andorra,Angola,Argentina,Armenia,Australia,Austria,Azerbaijan,Bahamas,Bahrain,Bangladesh,Barbados,Belarus,Belgium,Belize,Benin,Bhutan,Bolivia,Bosnia and Herzegovina,Botswana,Brazil,Brunei,Bulgaria,Burkina Faso,Burundi,Cambodia',
  'Cameroon,Canada,Cape Verde,Chad,Chile,China,Colombia,Comoros,Congo,Costa Rica,Croatia,Cuba,Cyprus,Czech Republic,Denmark,Djibouti,Dominica,Dominican Republic,Ecuador,Egypt,El Salvador,Eritrea,Estonia,Eswatini,Ethiopia,Fiji,Finland,France,Gabon,Gambia,Georgia',
  'Germany,Ghana,Greece,Greenland,Grenada,Guatemala,Guinea,Guyana,Haiti,Honduras,Hungary,Iceland,India,Indonesia,Iran,Iraq,Ireland,Israel,Italy,Ivory Coast,Jamaica,Japan,Jordan,Kazakhstan,Kenya,Kiribati,Kosovo,Kuwait,Kyrgyzstan,Laos,Latvia,Lebanon,Lesotho,Liberia',
  'Libya,Liechtenstein,Lithuania,Luxembourg,Macau,Madagascar,Malawi,Malaysia,Maldives,Mali,Malta,Marshall Islands,Mauritania,Mauritius,Mexico,Federated States of Micronesia,Moldova,Monaco,Mongolia,Montenegro,Morocco,Mozambique,Myanmar,Namibia,Nauru,Nepal,Netherlands',
  'New Zealand,Nicaragua,Niger,Nigeria,North Macedonia,Norway,Oman,Pakistan,Palau,Panama,Papua New Guinea,Paraguay,Peru,Philippines,Poland,Portugal,Puerto Rico,Qatar,Romania,Russia,Rwanda,Samoa,San Marino,Saudi Arabia,Senegal,Serbia,Seychelles,Sierra Leone,Singapore',
  'Slovakia,Slovenia,Somalia,South Africa,South Korea,Spain,Sri Lanka,Sudan,Suriname,Sweden,Switzerland,Syria,Taiwan,Tajikistan,Tanzania,Thailand,Togo,Tonga,Tunisia,Turkey,Turkmenistan,Tuvalu,Uganda,Ukraine,United Arab Emirates,United Kingdom,United States,USA,UK',
  'Uruguay,Uzbekistan,Vanuatu,Vatican City,Venezuela,Vietnam,Yemen,Zambia,Zimbabwe,England,Scotland,Wales,Northern Ireland,Bavaria,Texas,California,Ontario,Quebec,Catalonia,Tuscany,Normandy,Queensland,New South Wales,Florida,Ohio,Kerala,Punjab,Hokkaido',
);
const cities = own(
  'London,Paris,Berlin,Madrid,Rome,Vienna,Prague,Warsaw,Budapest,Lisbon,Dublin,Oslo,Stockholm,Helsinki,Copenhagen,Amsterdam,Brussels,Zurich,Geneva,Athens,Istanbul,Cairo,Nairobi,Lagos,Tel Aviv,Jerusalem,Dubai,Mumbai,Delhi,Tokyo,Osaka,Seoul,Beijing,Shanghai,Sydney',
  'Melbourne,Auckland,Toronto,Montreal,Vancouver,New York,Los Angeles,Chicago,Boston,Seattle,San Francisco,Denver,Austin,Dallas,Houston,Miami,Atlanta,Portland,Detroit,Philadelphia,Phoenix,São Paulo,Buenos Aires,Lima,Bogotá,Santiago,Mexico City,Porto Alegre,Kraków',
  'Gdańsk,Brno,Košice,Szeged,Debrecen,Ljubljana,Maribor,Zagreb,Split,Belgrade,Sarajevo,Sofia,Varna,Bucharest,Cluj,Kyiv,Lviv,Odesa,Riga,Tallinn,Vilnius,Turku,Tampere,Oulu,Bergen,Trondheim,Aarhus,Odense,Malmö,Uppsala,Örebro,Göteborg,Reykjavík,Antwerp,Ghent,Liège',
  'Rotterdam,Utrecht,Haarlem,Leeds,Bristol,Glasgow,Cardiff,Belfast,Cork,Lyon,Marseille,Bordeaux,Lille,Nantes,Köln,Hamburg,München,Leipzig,Graz,Linz,Salzburg,Basel,Lugano,Milano,Torino,Napoli,Bologna,Sevilla,Valencia,Bilbao,Zaragoza,Coimbra,Braga,Patras',
);
const jobs = own(
  'software engineer,nurse,sales manager,accountant,project manager,teacher,data analyst,truck driver,chef,electrician,dental assistant,paralegal,welder,product designer,marketing specialist,office manager,cashier,pharmacist,carpenter,security guard,civil engineer',
  'research assistant,plumber,warehouse worker,flight attendant,loan officer,machine operator,bus driver,real estate agent,customer service representative,system administrator,human resources officer,tax consultant,forklift operator,interior designer,claims adjuster',
  'purchasing agent,lab technician,crane operator,travel agent,court reporter,team leader,chief executive,account executive,art director,legal secretary,quality inspector,physical therapist,insurance broker,landscape architect,payroll clerk,medical transcriptionist',
);
const legal = own(
  'Ltd,Ltd.,Inc,Inc.,LLC,PLC,Group,GmbH,AG,SA,S.A.,Corp,Corp.,Corporation,Company,& Co,& Sons,Holdings,Partners,Technologies,Systems,Solutions,Consulting,Bank,Labs,Media,Energy,Foods,Logistics,Insurance,Industries,Capital,Ventures,Software,Pharma,Healthcare',
);
const stems = own(
  'Blue,Red,Green,Silver,Golden,Bright,Clear,North,South,East,West,Sun,Moon,Star,River,Stone,Oak,Maple,Cloud,Data,Net,Web,Info,Inter,Micro,Macro,Meta,Nova,Quant,Vertex,Apex,Alpha,Delta,Omni,Uni,Trans,Geo,Bio,Medi,Health,Care,Fin,Pay,Credit,Trade,Market,Open,Smart',
  'Swift,True,Pure,Prime,Next,First,Rapid,Solar,Hydro,Aero,Agro,Auto,Robo,Cyber,Logi,Code,Soft,Byte,Pixel,Link,Loop,Mind,Spark,Wave,Bridge,Gate,Path,Trail,Field,Wood,Hill,Lake,Port,Harbor,Summit,Pioneer,Atlas,Titan,Orion,Phoenix,Falcon,Eagle,Lion,Tiger',
);
const tails = own(
  'ly,ify,ex,ion,ware,soft,tech,net,works,lab,hub,base,point,scape,view,max,gen,mark,line,port,pay,care,box,kit,flow,stack,grid,matic,tron,logic,metrics,wise,sense,verse,nova,ra,ia,us,on',
);
const streetWords = own(
  'Street,Street,St,Road,Rd,Avenue,Ave,Lane,Drive,Dr,Court,Way,Place,Boulevard,Terrace,Close,Crescent,Gardens,Square,Hill,Park,Highway,Parkway,Circle,Trail,Row,Walk,Mews,Grove,Plaza,Loop,Fork,Route,Estates,Manors,Harbor,Gateway,Prairie,Extension',
);
const streetBefore = own(
  'Rue,Rue de,Rue du,Avenue de,Boulevard,Via,Viale,Corso,Piazza,Strada,Calle,Avenida,Plaza,Rua,Travessa,Rúa do,ul.,al.,Ulica,Ul.,os.,Strada Provinciale,Chaussée de,Place,Largo,Carrer de,Str.,Bd.',
);
const streetAfter = own(
  'straße,strasse,weg,gasse,platz,allee,ring,damm,straat,laan,weg,plein,kade,gatan,vägen,gata,vei,veien,vej,gade,katu,tie,kuja,utca,út,tér,körút,u.,ulica,cesta,náměstí,třída,nábřeží,caddesi,sokak',
);

/** Fillers over the lists of all locales, in Latin and other scripts; `only(name)` may hold back values. */
export async function fillersOf(fakerDir, random) {
  const { allLocales } = await import(pathToFileURL(join(fakerDir, 'node_modules/@faker-js/faker/dist/index.js')).href);
  const peoples = [];
  const places = [...cities];
  const streets = [];
  for (const { person = {}, location = {} } of Object.values(allLocales)) {
    const first = flat(person.first_name?.generic ?? [], person.first_name?.male ?? [], person.first_name?.female ?? []).filter(
      isPlainName,
    );
    const last = flat(person.last_name?.generic ?? [], person.last_name?.male ?? [], person.last_name?.female ?? []).filter(isPlainName);
    if (first.length > 0 && last.length > 0) peoples.push({ first, last });
    places.push(...flat(location.city_name ?? []).filter(isPlainName));
    streets.push(...flat(location.street_name ?? []).filter((name) => isPlainName(name) && name.length > 3));
  }
  const { chance, below, pick, digits } = random;
  const people = () => pick(peoples);
  const first = () => pick(people().first);
  const last = () => pick(people().last);
  const initial = () => pick([...'ABCDEFGHJKLMNPRSTVW']);
  const fullName = () => {
    const from = people();
    const middle = chance(0.25) ? ` ${initial()}${chance(0.5) ? '.' : ''}` : chance(0.06) ? ` ${pick(from.first)}` : '';
    const ending = chance(0.04) ? ` ${pick(['Jr.', 'PhD', 'MD', 'DDS', 'III'])}` : '';
    return `${pick(from.first)}${middle} ${pick(from.last)}${chance(0.06) ? `-${pick(from.last)}` : ''}${ending}`;
  };
  const person = () => (chance(0.25) ? first() : chance(0.15) ? last() : fullName());
  const city = () => {
    const name = pick(places);
    return chance(0.15)
      ? name.toUpperCase()
      : chance(0.1)
        ? `${name} ${pick(['North', 'Park', 'Beach', 'Town', 'am See', 'de la Sierra', 'del Monte', 'sur Mer', 'Heights'])}`
        : name;
  };
  const place = () => (chance(0.45) ? pick(countries) : city());
  const startup = () => {
    const name = `${pick(stems)}${chance(0.6) ? pick(tails) : chance(0.5) ? pick(stems) : pick(stems).toLowerCase()}`;
    return chance(0.35) ? `${name} ${pick(legal)}` : chance(0.15) ? `${name} ${pick(stems)} ${pick(legal)}` : name;
  };
  const organization = () => {
    const kind = below(8);
    if (kind === 0) return `${last()}-${last()}`;
    if (kind === 1) return `${last()}, ${last()} and ${last()}`;
    if (kind === 2) return `${last()} ${pick(legal)}`;
    if (kind === 3) return `${pick(stems)} ${pick(stems)} ${pick(legal)}`;
    if (kind === 4) return `${last()} & ${last()}`;
    return startup();
  };
  const street = () => {
    const kind = below(6);
    if (kind === 0) return pick(streets);
    if (kind === 1) return `${pick(streetBefore)} ${chance(0.5) ? last() : pick(places)}`;
    if (kind === 2) return `${last()}${pick(streetAfter)}`;
    if (kind === 3) return `${chance(0.5) ? last() : pick(places)} ${pick(streetAfter)}`;
    return `${chance(0.5) ? last() : pick(stems)} ${pick(streetWords)}`;
  };
  const number = () => `${1 + below(chance(0.7) ? 250 : 9000)}${chance(0.06) ? pick(['a', 'b', 'B', '/2']) : ''}`;
  const line = () => {
    const kind = below(5);
    const house = kind < 2 ? `${number()} ${street()}` : kind < 4 ? `${street()} ${number()}` : `${digits(2)} ${street()} ${number()}`;
    return chance(0.3)
      ? `${house}${pick([' ', ', '])}${pick(['Apt.', 'Apt', 'Suite', 'Flat', 'Unit', 'Floor', 'Room'])} ${1 + below(900)}`
      : house;
  };
  const zip = () =>
    pick([
      () => digits(5),
      () => digits(4),
      () => `${digits(3)} ${digits(2)}`,
      () =>
        `${pick([...'ABDEGKLMNRS'])}${pick([...'ABDEGKLMNRS'])}${below(9) + 1} ${below(9)}${pick([...'ABDEFGH'])}${pick([...'ABDEFGH'])}`,
      () => `${digits(2)}-${digits(3)}`,
    ])();
  const state = () => pick(own('CA,TX,NY,WA,AB,ON,NSW,VIC,RS,SP,IL,FL,OH,MI,MD,GA,NC,Bavaria,Lazio,Kent,Essex'));
  const address = () => {
    if (chance(0.05))
      return pick([
        `PSC ${digits(4)}, Box ${digits(4)}\nAPO AP ${digits(5)}`,
        `Unit ${digits(4)} Box ${digits(4)}\nDPO AA ${digits(5)}`,
        `P.O. Box ${digits(4)}, ${city()}`,
        `the corner of ${street()} and ${street()}`,
      ]);
    const between = pick([', ', ', ', ' ', '\n', '\n ', '\n, ']);
    const parts = [line()];
    if (chance(0.75)) parts.push(city());
    if (chance(0.25)) parts.push(state());
    if (chance(0.35)) parts.push(chance(0.5) ? zip() : `${pick(countries)} ${zip()}`);
    else if (chance(0.3)) parts.push(pick(countries));
    return parts.join(between);
  };
  const title = () => (chance(0.5) ? pick(['Mr.', 'Mrs.', 'Ms.', 'Dr.', 'Miss', 'Prof.', 'Mr', 'Mrs']) : pick(jobs));
  const honorific = () => pick(['Mr.', 'Mrs.', 'Ms.', 'Dr.', 'Miss', 'Prof.', 'Mr', 'Mrs', 'Sir', 'Herr', 'Frau', 'Señor', 'Mme']);
  const job = () => {
    const one = pick(jobs);
    return chance(0.5) ? one[0].toUpperCase() + one.slice(1) : one;
  };
  return {
    person: { PERSON: person, FIRST: first, LAST: last, FULL: fullName },
    place: { PLACE: place, CITY: city, COUNTRY: () => pick(countries) },
    organization: { ORG: organization },
    address: { ADDRESS: address, LINE: line, ZIP: zip, STREET: street },
    title: { TITLE: title, HON: honorific, JOB: job },
    none: {
      N: () => String(1 + below(500)),
      YEAR: () => String(1950 + below(75)),
      DAY: () => pick(own('Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday,today,tomorrow,next week,on March 3,in May')),
      PHONE: () => `${digits(3)}-${digits(3)}-${digits(4)}`,
      CARD: () => digits(16),
      MAIL: () => `${pick(stems).toLowerCase()}.${digits(2)}@example.com`,
      PRODUCT: () =>
        pick(
          own(
            'Windows,Linux,Kubernetes,JavaScript,Excel,Photoshop,Bluetooth,Android,Chrome,Postgres,Redis,Docker,Java,Python,Slack,iPhone,Wi-Fi,USB,HTTP,JSON,PDF,Outlook,Gmail,Zoom,Spotify',
          ),
        ),
    },
  };
}
