/** Same form as actions.ts: adjectives, directions, times of day, relations. */
export const qualities = `
high highest top tall above over upper upwards peak | hoch höher höchste oben über | alto alta superior arriba encima | 高 上面 以上 最高 | عالي أعلى فوق مرتفع
low lowest bottom below under beneath underneath lower | niedrig tief unter unten unterhalb | bajo baja inferior debajo abajo | 低 下面 以下 最低 | منخفض أدنى تحت أسفل
big large larger largest great greater greatest huge bulk major wide broad | groß größer größte große weit | grande mayor gran amplio | 大 最大 巨大 | كبير أكبر ضخم
small smaller smallest little tiny minor narrow | klein kleiner kleinste gering | pequeño menor pequeña | 小 最小 | صغير أصغر
long longer longest lengthy | lang länger längste | largo larga | 长 | طويل أطول
short shorter shortest brief | kurz kürzer kürzeste | corto corta breve | 短 | قصير أقصر
fast faster fastest quick quicker quickly rapid rapidly speed soon | schnell schneller geschwindigkeit rasch | rápido rápida velocidad | 快 速度 迅速 | سريع أسرع سرعة
slow slower slowest slowly | langsam langsamer | lento lenta despacio | 慢 | بطيء أبطأ
new newer newest recent modern latest fresh | neu neue neuer neueste modern | nuevo nueva reciente moderno | 新 最新 | جديد حديث أحدث
old older oldest ancient former earlier_version previous | alt alte älter älteste früher | viejo antiguo antigua mayor anterior | 旧 老 古 | قديم أقدم سابق
early earlier earliest before prior beforehand preceding advance in_advance ahead | früh früher vor vorher zuvor im_voraus bevor | temprano antes previo anticipación | 早 之前 以前 提前 前 | قبل مبكر سابق مسبقا
late later latest after afterwards subsequently following_that since_then | spät später nach nachher danach | tarde después luego tras | 晚 之后 以后 后 | بعد متأخر لاحق
during while within in_the_course | während innerhalb | durante | 期间 之内 内 | خلال أثناء
towards toward facing | richtung entgegen | hacia | 朝 朝向 | باتجاه نحو
away away_from | weg_von abgewandt | lejos | 远离 背向 | بعيدا
beside next_to near nearby close_to | neben nahe nähe | cerca junto | 附近 旁边 | قرب بجانب
far distant remote | fern entfernt weit_weg | lejano distante | 远 遥远 | بعيد
outside exterior beyond off_premises | außerhalb außen draußen | fuera exterior | 外 外面 | خارج خارجي
inside indoors interior indoor | innerhalb innen drinnen | dentro interior | 里面 内部 室内 | داخل داخلي
north northern northbound northward | norden nord nördlich | norte | 北 | شمال شمالي
south southern southbound southward | süden süd südlich | sur | 南 | جنوب جنوبي
east eastern eastbound eastward | osten ost östlich ostseite | este oriental | 东 | شرق شرقي
west western westbound westward | westen west westlich | oeste occidental | 西 | غرب غربي
left_side leftmost left_hand | links linke | izquierda izquierdo | 左 | يسار
right_side rightmost right_hand | rechts rechte | derecha derecho | 右 | يمين
first initial initially original originally | erste ersten erster zuerst | primero primer primera | 第一 首 首先 最初 | أول الأول أولى
last final finally ultimate | letzte letzten letzter schließlich | último última final | 最后 | آخر أخير
next following coming upcoming subsequent | nächste nächsten folgend | próximo siguiente | 下一 接下来 | التالي قادم
same equal identical alike equally unchanged | gleich gleiche selbe dieselbe | mismo misma igual | 相同 同样 一样 | نفس متساوي
different differ differs differed other difference unlike distinct | verschieden anders unterschiedlich unterschied unterscheiden | diferente distinto diferencia | 不同 差异 区别 | مختلف اختلاف فرق
whole entire complete_set all_of full fully total completely entirely intact | ganz ganze vollständig gesamt voll | entero completo todo total | 全部 整个 完整 全 | كامل كل بأكمله تام
part partial partially partly portion share_of piece some_of section | teil teilweise stück abschnitt | parte parcial parcialmente | 部分 | جزء جزئي
more most additional further extra in_addition additionally | mehr meiste zusätzlich weitere | más adicional además | 更多 多 额外 另外 | أكثر إضافي مزيد
less fewer least | weniger wenigste | menos | 更少 少 | أقل
many much numerous plenty lots | viele viel zahlreich | mucho muchos muchas | 许多 很多 | كثير عديد
few little_of scarce rare rarely seldom | wenige wenig selten | poco pocos raro | 很少 少数 | قليل نادر
easy easily simple simply plain | einfach leicht | fácil sencillo simple | 容易 简单 | سهل بسيط
hard difficult difficulty complicated | schwer schwierig | difícil duro | 困难 难 | صعب صعوبة
cheap cheaper inexpensive | billig günstig | barato económico | 便宜 | رخيص
expensive dear costly dearer | teuer | caro costoso | 昂贵 贵 | غالي مكلف
free free_of_charge gratis at_no_cost complimentary for_free without_charge | kostenlos gratis umsonst gebührenfrei kostenfrei unentgeltlich | gratis gratuito gratuita gratuitamente | 免费 | مجاني مجانا
good better best well | gut besser beste | bueno mejor bien | 好 更好 最好 | جيد أفضل
bad worse worst poor poorly | schlecht schlechter schlimm | malo peor mal | 坏 差 更差 | سيئ أسوأ
strong stronger strength powerful | stark stärker kraft stärke | fuerte fuerza | 强 | قوي قوة
weak weaker weakness | schwach schwächer | débil | 弱 | ضعيف
heavy heavier | schwer | pesado | 重 | ثقيل
light_weight lighter | leicht | ligero | 轻 | خفيف
warm warmer hot hotter warmth | warm heiß wärmer | caliente cálido calor | 热 暖 | حار دافئ
cold colder frost frosty | kalt kälte kälter frost | frío fría | 冷 寒冷 | بارد برد
wet damp moist humid humidity | nass feucht feuchtigkeit | húmedo mojado humedad | 湿 潮湿 | رطب رطوبة
bright brighter | hell heller | brillante claro | 亮 明亮 | مشرق
dark darker darkness dull | dunkel dunkelheit matt | oscuro | 暗 黑暗 | مظلم
public publicly | öffentlich | público pública | 公共 公开 | عام علني
private privately | privat | privado privada | 私人 私有 | خاص
ready available present exists exist existing existence | bereit verfügbar vorhanden existieren | disponible listo existir existe | 可用 存在 有 | متاح متوفر موجود
absent missing lacking unavailable lack lacks | fehlt fehlen fehlend abwesend | falta ausente | 缺少 | مفقود غائب
empty emptied emptying vacant blank | leer geleert | vacío vacía | 空 空的 | فارغ خالي
full_up filled crowded | voll gefüllt | lleno | 满 | ممتلئ
temporary temporarily provisional | vorübergehend zeitweise | temporal provisional | 临时 暂时 | مؤقت
permanent permanently for_good forever | dauerhaft ständig endgültig | permanente siempre | 永久 永远 | دائم
automatic automatically by_itself | automatisch | automático automáticamente | 自动 | تلقائي آلي
manual manually by_hand | manuell von_hand | manual a_mano | 手动 人工 | يدوي
daily every_day each_day day_by_day | täglich jeden_tag | diario diariamente | 每天 每日 | يومي يوميا
weekly every_week each_week | wöchentlich jede_woche | semanal semanalmente | 每周 | أسبوعي أسبوعيا
monthly every_month each_month | monatlich jeden_monat | mensual mensualmente | 每月 | شهري شهريا
yearly annual annually every_year each_year a_year per_year | jährlich jedes_jahr | anual anualmente | 每年 | سنوي سنويا
night nightly nights overnight at_night | nacht nachts nächtlich nächtlichen | noche nocturno | 夜 晚上 夜间 | ليل ليلة ليلي
day days daytime | tag tage tagsüber tagen | día días | 天 日 白天 | يوم أيام نهار
morning mornings | morgen morgens vormittag vormittags | mañana mañanas | 上午 早上 早晨 | صباح صباحا
afternoon afternoons | nachmittag nachmittags | tarde tardes | 下午 | بعد_الظهر ظهر
evening evenings | abend abends | noche tarde | 晚上 傍晚 | مساء
noon midday lunch | mittag mittags mittagspause mittagessen | mediodía almuerzo | 中午 午餐 | ظهر غداء
spring springtime | frühling frühjahr | primavera | 春 春天 春季 | ربيع
summer summertime | sommer | verano | 夏 夏天 夏季 | صيف
autumn | herbst | otoño | 秋 秋天 秋季 | خريف
winter wintertime | winter | invierno | 冬 冬天 冬季 | شتاء
weekday weekdays working_day working_days workday | werktag werktags werktage wochentag | laborable laborables | 工作日 平日 | أيام_العمل
weekend weekends | wochenende wochenenden | fin_de_semana | 周末 | عطلة_نهاية
holiday holidays vacation leave_days public_holiday | feiertag feiertage urlaub ferien feiertagen | festivo vacaciones festivos | 假期 节假日 假日 | عطلة إجازة
week weeks | woche wochen | semana semanas | 周 星期 | أسبوع أسابيع
month months | monat monate | mes meses | 月 | شهر أشهر
year years | jahr jahre jahren | año años | 年 | سنة عام سنوات
hour hours hourly | stunde stunden stündlich | hora horas | 小时 | ساعة ساعات
minute minutes | minute minuten | minuto minutos | 分钟 | دقيقة دقائق
today now at_present currently current | heute jetzt derzeit aktuell | hoy ahora actualmente | 现在 目前 今天 | الآن اليوم حاليا
maximum max at_most up_to | höchstens maximal maximum | máximo | 最多 最大 至多 | أقصى حد_أقصى
minimum min at_least | mindestens minimal | mínimo | 至少 最少 | أدنى حد_أدنى
average mean on_average | durchschnitt durchschnittlich | promedio media | 平均 | متوسط
usual usually normal normally regular regularly ordinary typically common | üblich normalerweise gewöhnlich regelmäßig | normal normalmente habitual | 通常 平时 一般 | عادة عادي
special particular separate | besondere besonderer speziell | especial particular | 特别 特殊 | خاص
main principal chief central primary | haupt zentral hauptsächlich | principal mayor central | 主要 主 | رئيسي
legal lawful legally law statutory | gesetzlich rechtlich gesetz | legal ley | 合法 法律 | قانوني قانون
male man men | mann männer männlich | hombre hombres | 男 男人 | رجل رجال
female woman women | frau frauen weiblich | mujer mujeres | 女 女人 | امرأة نساء
young younger youth | jung jünger jugend | joven jóvenes | 年轻 青年 | شاب شباب
alone single individual sole | allein einzeln einzige | solo único sola | 单独 单个 | وحيد منفرد
together jointly both joint | zusammen gemeinsam beide | juntos ambos | 一起 共同 都 | معا كلا
voluntary voluntarily optional optionally | freiwillig optional | voluntario opcional | 自愿 可选 | اختياري طوعي
red reddish | rot rote | rojo roja | 红 红色 | أحمر
blue bluish | blau blaue | azul | 蓝 蓝色 | أزرق
green greenish | grün grüne | verde | 绿 绿色 | أخضر
white whitish | weiß weiße | blanco blanca | 白 白色 | أبيض
black blackish | schwarz schwarze | negro negra | 黑 黑色 | أسود
grey gray | grau graue | gris | 灰 灰色 | رمادي
brown | braun braune | marrón | 棕色 褐色 | بني
orange_colour orange | orange | naranja | 橙色 | برتقالي
pink | rosa | rosa | 粉色 | وردي
yellow yellowish | gelb gelbe | amarillo | 黄 黄色 | أصفر
`;
