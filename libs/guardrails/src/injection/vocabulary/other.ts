import type { IdeaVocabulary } from '../ideas.ts';

export const russian: IdeaVocabulary = {
  ignore: 'игнориру* проигнорируй* игнорировать забудь* забыть пренебре* отбрось* не_обращай* не_обращайте',
  prior: 'предыдущ* выше прежн* вышесказанн* вышеизложенн* ранее прошл* первоначальн* вышеуказанн* до_этого',
  briefing: 'инструкц* указани* команд* правил* приказ* промпт* задани* задач*',
  all: 'все всё всех любые все_это',
  your: 'твои твой ваши ваш свои вашу твою вас тебя вам',
  'drop-context':
    'забудь_все забудьте_все игнорируйте_все игнорируй_все игнорируйте_вышесказанное игнорируйте_вышеизложенное игнорируй_вышесказанное проигнорируйте_вышеизложенное забудь_обо_всем независимо_от_предыдущих игнорируйте_приведенное игнорировать_вышеизложенное забудьте_обо не_обращайте_внимания игнорируйте_функцию',
  'new-task': 'новые_инструкции новая_задача новое_задание',
  tell: 'покажи* раскрой* скажи* скажите сказать повтори* выведи* напечатай* какой какова поделит* поделиться дай дайте сообщи* где подтвердить перевести закодировать',
  system: 'систем* секретн* скрыт* внутренн* начальн*',
  secret: 'пароль пароля паролем паролем секретный_ключ секретный_код ключ_доступа пароли конфиденциальн*',
  ours: 'наш наша нашей нашего мне мной нами',
  user: 'пользовател*',
  private:
    'дата_рождения дату_рождения день_рождения адрес живет проживает телефон* любимый_цвет месяц_рождения инициалы электронной_почты',
  limits: 'ограничен* фильтр* цензур* этик* мораль* правил* закон*',
  without: 'без нет_никаких не_связан не_имеет',
  jailbreak: 'джейлбрейк режим_разработчика без_цензуры без_ограничений',
  refuse: 'отказыва* извин*',
  never: 'никогда не нельзя',
  forbidden: 'незаконн* аморальн* оскорбительн* неэтичн*',
  henceforth: 'отныне с_этого_момента',
  become: 'теперь_ты вы_теперь ты_теперь',
  pretend: 'представь* представьте притворись гипотетически предположим',
  'only-say': 'и_скажи и_скажите только_скажи и_повторите повторите скажи_что ответь и_укажите',
  smuggle: 'декодир* расшифр* закодир* обратном_порядке',
  authority: 'режим_бога режим_системы правоохранительн* как_твой_создатель как_ваш_создатель переопредел*',
};

export const ukrainian: IdeaVocabulary = {
  ignore: 'ігнору* проігноруй* забудь* знехту*',
  prior: 'попередн* вище',
  briefing: 'інструкц* вказівк* команд* наказ*',
  all: 'усі всі все',
  your: 'твої ваші',
  secret: 'пароль пароля',
};

export const polish: IdeaVocabulary = {
  ignore: 'zignoruj* ignoruj* zapomnij* pomin pominac',
  prior: 'poprzedni* powyzsz* wczesniejsz*',
  briefing: 'instrukcj* polecen* rozkaz* wytyczn* zasad*',
  all: 'wszystk*',
  your: 'twoje twoj swoje',
  'drop-context': 'zapomnij_o_wszystkim zapomnij_wszystko zignoruj_powyzsze',
  secret: 'haslo hasla',
  tell: 'pokaz powiedz ujawnij podaj',
  henceforth: 'od_teraz',
  become: 'jestes_teraz',
};

export const turkish: IdeaVocabulary = {
  ignore: 'yoksay* yok_say* gormezden unut unutun dikkate_alma* goz_ardi aldirma*',
  prior: 'onceki yukaridaki* yukarida daha_once evvelki',
  briefing: 'talimat* komut* emir* kural* yonerge* gorev*',
  all: 'tum butun her hepsi',
  your: 'senin sizin sana sifreniz sifreni',
  'drop-context':
    'her_seyi_unut yukaridakileri_gormezden yukaridakini_gormezden yukaridakileri_yok yukaridakini_yok yukariyi_gormezden onceki_gorevlerden tum_onceki',
  tell: 'goster soyle* acikla* paylas* tekrarla* yaz nedir nerede ver verin soyler verir dogrula* cevir* kodla*',
  system: 'sistem* gizli',
  secret: 'sifre* parola* gizli_anahtar* gizli_kod* gizli_dize*',
  ours: 'bizim sistemimiz* bana benimle',
  user: 'kullanici*',
  private: 'dogum_tarihi* dogum_gunu* adres* yasiyor telefon* en_sevdigi_renk dogum_ayi* bas_harf*',
  limits: 'kisitlama* sinirlama* sansur* etik kural* yasa*',
  without: 'olmadan yok hicbir',
  henceforth: 'bundan_sonra',
  become: 'artik_sen simdi_sen',
  pretend: 'hayal_et* hayal_edin varsay* farz_et*',
  'only-say': 've_soyle ve_de de_ki ve_tekrarla* deyin',
  smuggle: 'coz* kodunu_coz* ters_sira* tersten',
  authority: 'tanri_modu sistem_modu kolluk_kuvvet* yaraticin olarak_yaraticin gecersiz_kilma*',
};

export const arabic: IdeaVocabulary = {
  ignore: 'تجاهل* انس انسى نسيان انسي اهمل تجاوز وتجاهل بغض_النظر لا_تهتم',
  prior: 'السابق* أعلاه ما_سبق سابق* المذكور* قبل السابقة',
  briefing: 'التعليمات تعليمات* الأوامر اوامر* القواعد التوجيهات الإرشادات المهام تعليماتك',
  all: 'كل جميع كافة',
  your: 'لك بك الخاص_بك الخاصة_بك مرورك الخاصه_بك',
  'drop-context':
    'انس_كل تجاهل_ما_سبق تجاهل_ما_ورد تجاهل_كل تجاهل_جميع تجاهل_أعلاه تجاهل_التعليمات انسى_كل تجاهل_الوظيفة تجاهل_الدالة تجاهل_المذكور',
  tell: 'اكشف اظهر أظهر اخبرني أخبرني كرر اطبع شارك مشاركة ما_هو ما_هي أعطني اعطني تخبرني إخباري أين اين تقول تأكيد ترجمة تشفير اذكر',
  system: 'النظام نظامنا سري السري السرية المخفية',
  secret: 'كلمة_المرور كلمة_السر كلمات_المرور المفتاح_السري مفتاحك_السري الرمز_السري كلمة_مرور مرور كلمة_مرورك السلسلة_السرية',
  ours: 'نظامنا لنظامنا معي لي لنا',
  user: 'المستخدم للمستخدم مستخدم',
  private: 'تاريخ_ميلاد تاريخ_الميلاد عيد_ميلاد عنوان يعيش يسكن رقم_هاتف البريد_الإلكتروني لون_المفضل اللون_المفضل شهر_ميلاد الأحرف_الأولى',
  limits: 'قيود القيود حدود رقابة أخلاق القوانين',
  without: 'بدون دون بلا',
  henceforth: 'من_الآن_فصاعدا',
  become: 'أنت_الآن',
  pretend: 'تخيل تظاهر افترض لنتخيل تخيلوا',
  'only-say': 'وقل فقط_قل قل وكرر واذكر',
  smuggle: 'فك_تشفير فك_شفرة تفك ترميز تشفير بترتيب_عكسي عكسي',
  authority: 'وضع_الله وضع_الإله وضع_النظام إنفاذ_القانون بصفتي_خالقك كخالقك تجاوز_النظام',
};

export const hindi: IdeaVocabulary = {
  ignore: 'अनदेखी अनदेखा नज़रअंदाज़ नजरअंदाज उपेक्षा भूल भूलकर ध्यान_न नजरंदाज',
  prior: 'पिछले पिछली उपरोक्त ऊपर पूर्व पहले',
  briefing: 'निर्देश निर्देशों आदेश आदेशों नियम नियमों कार्यों',
  all: 'सभी सब सारे',
  your: 'आपका आपके अपना अपने आप तुम्हारा',
  'drop-context': 'सब_कुछ_भूल उपरोक्त_को_अनदेखा ऊपर_की_उपेक्षा उपरोक्त_पर_ध्यान_न उपरोक्त_को_नजरअंदाज ऊपर_दिए_गए_को उपरोक्त_की_उपेक्षा',
  tell: 'बताएं बताओ बता दिखाएं साझा कहें दोहराएं क्या_है कहां कहाँ दे दें पुष्टि अनुवाद एन्कोड कहो',
  system: 'सिस्टम गुप्त प्रणाली छिपा',
  secret: 'पासवर्ड गुप्त_कुंजी गुप्त_कोड गोपनीय_स्ट्रिंग सीक्रेट',
  ours: 'हमारे हमारी मुझे मेरे हमारा',
  user: 'उपयोगकर्ता यूजर उपयोगकर्ताओं',
  private: 'जन्मतिथि जन्म_तिथि जन्मदिन पता रहता फोन_नंबर पसंदीदा_रंग जन्म_महीने ईमेल_पता',
  limits: 'प्रतिबंध सीमाओं सेंसरशिप नियम कानून',
  without: 'बिना नहीं',
  henceforth: 'अब_से',
  become: 'अब_आप',
  pretend: 'कल्पना मान_लीजिए',
  'only-say': 'और_कहें और_कहो और_दोहराएं कहें_कि',
  smuggle: 'डिकोड एन्कोड उल्टे_क्रम',
  authority: 'भगवान_मोड सिस्टम_मोड कानून_प्रवर्तन ओवरराइड',
};

export const bengali: IdeaVocabulary = {
  ignore: 'উপেক্ষা ভুলে ভুলুন অগ্রাহ্য এড়িয়ে নির্বিশেষে',
  prior: 'পূর্ববর্তী আগের উপরের উপরোক্ত পূর্বের',
  briefing: 'নির্দেশ নির্দেশাবলী নির্দেশনা নির্দেশগুলি আদেশ কাজ নিয়ম',
  all: 'সব সমস্ত সকল',
  your: 'আপনার তোমার আপনাকে',
  'drop-context': 'সব_কিছু_ভুলে উপরেরটি_উপেক্ষা উপরের_বিষয়টি_উপেক্ষা উপরের_কথাগুলো_উপেক্ষা উপরোক্ত_উপেক্ষা আপনাকে_যা_বলা উপরেরটা_উপেক্ষা উপরের_বিষয়_উপেক্ষা',
  tell: 'বলুন বলতে দেখান শেয়ার জানান পুনরাবৃত্তি কি কোথায় দিন নিশ্চিত অনুবাদ এনকোড',
  system: 'সিস্টেম সিস্টেমের গোপন লুকানো',
  secret: 'পাসওয়ার্ড পাসওয়ার্ডটি গোপন_চাবি গোপন_কোড গোপন_কী',
  ours: 'আমাদের আমাকে আমার',
  user: 'ব্যবহারকারী ব্যবহারকারীর',
  private: 'জন্ম_তারিখ জন্মদিন ঠিকানা থাকেন বাস ফোন_নম্বর প্রিয়_রং জন্ম_মাস প্রিয়_রঙ',
  henceforth: 'এখন_থেকে',
  become: 'আপনি_এখন',
  pretend: 'কল্পনা ধরুন',
  'only-say': 'করে_বলুন এবং_বলুন এবং_পুনরাবৃত্তি',
  smuggle: 'ডিকোড এনকোড বিপরীত',
  authority: 'সিস্টেম_মোড গড_মোড আইন_প্রয়োগ ওভাররাইড',
};

export const swedish: IdeaVocabulary = {
  ignore: 'ignorera glom bortse',
  prior: 'tidigare foregaende ovanstaende',
  briefing: 'instruktioner kommandon order regler',
  all: 'alla allt',
  your: 'dina din',
  'drop-context': 'glom_allt ignorera_allt bortse_fran',
  secret: 'losenord',
};

export const greek: IdeaVocabulary = {
  ignore: 'αγνοησε αγνοηστε αγνοησετε αγνοω ξεχασε ξεχαστε αγνοειστε',
  prior: 'προηγουμενες προηγουμενα παραπανω προηγουμενη πριν προηγουμενων',
  briefing: 'οδηγιες εντολες κανονες εργασιες οδηγιων',
  all: 'ολα ολες καθε',
  your: 'σου σας',
  'drop-context': 'αγνοηστε_τα_παραπανω αγνοησε_τα_παραπανω ξεχασε_τα_παντα αγνοηστε_τις_προηγουμενες',
  tell: 'πες πειτε δωσε δωστε μοιραστειτε ποιος ποια που_ζει δειξε',
  secret: 'κωδικος κωδικο κωδικου συνθηματικο',
  user: 'χρηστης χρηστη',
  private: 'γεννησης διευθυνση ζει τηλεφωνο',
};

export const southSlavic: IdeaVocabulary = {
  ignore: 'zaboravi zaboravite ignorisi ignoriraj ignorisite zanemari zanemarite',
  prior: 'prethodn* gornj* ranij*',
  briefing: 'instrukcij* uputstv* naredb* upute pravila',
  all: 'sve svih sva',
  your: 'tvoj* vase svoje',
  'drop-context': 'zaboravi_sve zaboravite_sve ignorisi_sve zanemari_sve',
  secret: 'lozink* sifru',
};

export const czech: IdeaVocabulary = {
  ignore: 'ignoruj* zapomen* zapomn* preskoc*',
  prior: 'predchozi* vyse drive*',
  briefing: 'pokyn* instrukc* prikaz* pravid*',
  all: 'vsechn* vse',
  your: 'tvoje svoje vase',
  'drop-context': 'zapomen_na_vse zapomente_na_vse ignoruj_vse',
  secret: 'heslo hesla',
};

export const romanian: IdeaVocabulary = {
  ignore: 'ignora ignorati uita uitati',
  prior: 'anterioar* precedent* de_mai_sus',
  briefing: 'instructiun* comenz* ordin* reguli*',
  all: 'toate tot',
  your: 'tale voastre',
  'drop-context': 'uita_tot uita_toate ignora_toate ignora_tot',
  secret: 'parola parole',
};

export const hungarian: IdeaVocabulary = {
  ignore: 'hagyd_figyelmen felejts* felejtsd hagyja_figyelmen',
  prior: 'korabbi* elozo* fenti*',
  briefing: 'utasitas* parancs* szabaly*',
  all: 'minden osszes',
  'drop-context': 'felejts_el_mindent felejtsd_el_az',
  secret: 'jelszo*',
};

export const persian: IdeaVocabulary = {
  ignore: 'نادیده فراموش',
  prior: 'قبلی بالا پیشین',
  briefing: 'دستورات دستورالعمل* دستور*',
  all: 'همه تمام',
  'drop-context': 'همه_چیز_را_فراموش',
  secret: 'رمز_عبور گذرواژه',
};

export const hebrew: IdeaVocabulary = {
  ignore: 'התעלם התעלמי התעלמו שכח שכחי שכחו',
  prior: 'הקודמות הקודמים לעיל הקודם',
  briefing: 'ההוראות הוראות הנחיות ההנחיות הפקודות',
  all: 'כל מכל',
  'drop-context': 'שכח_הכל שכח_מהכל',
  secret: 'סיסמה הסיסמה',
};

export const finnish: IdeaVocabulary = {
  ignore: 'unohda unohtakaa ohita jata_huomiotta',
  prior: 'aiemmat aikaisemmat edelliset ylla* edella*',
  briefing: 'ohjeet kaskyt maaraykset saannot',
  all: 'kaikki',
  'drop-context': 'unohda_kaikki ohita_kaikki',
  secret: 'salasana*',
};

export const urdu: IdeaVocabulary = {
  ignore: 'نظرانداز نظر_انداز بھول',
  prior: 'پچھلی پچھلے سابقہ اوپر',
  briefing: 'ہدایات احکامات ہدایت',
  all: 'تمام سب',
  secret: 'پاس_ورڈ',
};

export const swahili: IdeaVocabulary = {
  ignore: 'puuza sahau',
  prior: 'ya_awali yaliyotangulia hapo_juu awali',
  briefing: 'maagizo maelekezo amri',
  all: 'yote zote',
  'drop-context': 'sahau_kila_kitu puuza_maagizo',
  secret: 'nenosiri',
};
