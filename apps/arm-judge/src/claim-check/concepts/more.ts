/** Same form as actions.ts: work, study, nature, technology. */
export const more = `
wear wore worn wears dressed | tragen trägt getragen anziehen | llevar_puesto vestir ponerse | 穿 戴 佩戴 | ارتداء يرتدي لبس
accompany accompanied escort escorted | begleiten begleitet begleitung | acompañar acompañado acompañados | 陪同 陪伴 | مرافقة برفقة
laboratory lab laboratories | labor labore | laboratorio | 实验室 | مختبر
goggles spectacles eyewear safety_glasses safety_goggles | schutzbrille schutzbrillen brille | gafas | 护目镜 眼镜 | نظارات
glove gloves | handschuh handschuhe schutzhandschuhe | guante guantes | 手套 | قفازات
mask masks | maske masken | mascarilla | 口罩 | كمامة قناع
chemical chemicals substance substances | chemikalie chemikalien stoff stoffe | sustancia producto_químico | 化学品 物质 | مادة مواد كيميائية
emergency emergencies | notfall not notdienst | emergencia urgencia | 紧急 急诊 | طوارئ
shower showers bath bathe | dusche duschen bad baden | ducha baño | 淋浴 洗澡 | دش استحمام
toilet toilets restroom lavatory | toilette wc | aseo baño servicio | 厕所 卫生间 | مرحاض حمام
kitchen kitchens | küche | cocina | 厨房 | مطبخ
smoke smoking smoker cigarette | rauchen rauch raucher | fumar humo | 吸烟 抽烟 烟 | تدخين دخان
alcohol wine beer spirits | alkohol wein bier | alcohol vino cerveza | 酒 酒精 啤酒 | كحول خمر
noise loud noisy sound | lärm laut geräusch | ruido sonido | 噪音 声音 | ضوضاء صوت
quiet silence silent calm | ruhig leise ruhe still | silencio tranquilo | 安静 | هدوء صامت
music musical instrument instruments | musik instrument | música instrumento | 音乐 乐器 | موسيقى آلة
dance dancing ballet | tanzen tanz | bailar baile danza | 跳舞 舞蹈 | رقص
festival celebration party fair | fest feier | fiesta festival feria | 节 节日 庆典 | مهرجان احتفال
wedding marry married marriage | hochzeit heiraten | boda casar | 婚礼 结婚 | زواج زفاف
family families relatives | familie familien | familia | 家庭 家人 | عائلة أسرة
friend friends | freund freunde | amigo amigos | 朋友 | صديق
woman_owner landlord landlady owner_of_house lessor | vermieter vermieterin | casero arrendador | 房东 | مالك_العقار
lawyer court judge trial_court | anwalt gericht richter | abogado juez tribunal | 律师 法院 法官 | محامي محكمة قاضي
crime theft stolen thief | verbrechen diebstahl gestohlen | delito robo robado | 犯罪 盗窃 | جريمة سرقة
army war military soldier | armee krieg soldat militär | ejército guerra soldado | 军队 战争 | جيش حرب
king queen emperor | könig königin kaiser | rey reina | 国王 女王 | ملك ملكة
church temple mosque cathedral | kirche tempel moschee dom | iglesia templo catedral | 教堂 寺 | كنيسة مسجد
tower castle fort | turm burg schloss | torre castillo | 塔 城堡 | برج قلعة
monument memorial statue | denkmal statue | monumento estatua | 纪念碑 雕像 | نصب تمثال
history historical historic past | geschichte historisch | historia histórico | 历史 | تاريخ تاريخي
found_town founded founding establish established foundation set_up founder | gründen gegründet gründung stiftung | fundar fundado fundación | 成立 创立 建立 | تأسس تأسيس
discover discovered discovery detect detected | entdecken entdeckt entdeckung | descubrir descubierto | 发现 | اكتشاف اكتشف
invent invented invention inventor | erfinden erfindung | inventar invento | 发明 | اختراع
dig excavation excavate archaeologist archaeologists | graben ausgrabung archäologe | excavar excavación | 挖掘 考古 | حفر تنقيب
coin coins | münze münzen | moneda monedas | 硬币 | عملة
gold silver bronze | gold silber bronze | oro plata bronce | 金 银 铜 | ذهب فضة
paint_art painting painter artist art sculpture | gemälde maler kunst künstler | pintura pintor arte artista | 画 艺术 画家 | لوحة فنان فن
lead_group led leads head_of in_charge run_by manage managed conduct conducted | leiten leitet geleitet führen | dirigir dirige liderar | 领导 负责 管理 | قيادة يقود إدارة يدير
successor took_over take_over takes_over succeed_him follow_on | nachfolger übernehmen übernimmt übernommen | sucesor suceder asumir | 接任 接管 | خلف تولى
resign resigned quit step_down | zurücktreten rücktritt | dimitir dimisión | 辞职 | استقالة
hire_out promote promoted promotion | befördern beförderung | ascender promoción | 晋升 促销 | ترقية
overtime shift_work shift shifts | überstunden schicht schichten | turno turnos horas_extra | 加班 班 班次 | وردية
sick ill illness disease infection infected fever | krank krankheit infektion fieber | enfermo enfermedad infección fiebre | 病 疾病 发烧 | مرض مريض حمى
health healthy medical | gesundheit gesund medizinisch | salud sano médico | 健康 医疗 | صحة صحي طبي
pain ache headache | schmerz schmerzen kopfschmerzen | dolor | 疼痛 痛 | ألم
vaccine vaccination vaccinated jab | impfung impfstoff geimpft | vacuna vacunación | 疫苗 接种 | لقاح تطعيم
dose doses dosage | dosis | dosis | 剂量 | جرعة
side_effect side_effects adverse | nebenwirkung nebenwirkungen | efecto_secundario efectos_secundarios | 副作用 | آثار_جانبية
pregnant pregnancy | schwanger schwangerschaft | embarazada embarazo | 怀孕 孕妇 | حامل حمل
baby infant babies pram stroller | baby säugling kinderwagen | bebé cochecito | 婴儿 婴儿车 | رضيع
skin | haut | piel | 皮肤 | جلد
heart | herz | corazón | 心脏 | قلب
blood | blut | sangre | 血 血液 | دم
eye eyes sight | auge augen | ojo ojos | 眼睛 | عين
hand hands | hand hände | mano manos | 手 | يد
foot_body feet leg legs | fuß füße bein | pie pierna | 脚 腿 | قدم ساق
tooth teeth dentist | zahn zähne zahnarzt | diente dientes dentista | 牙 牙医 | سن أسنان
cell cells | zelle zellen | célula | 细胞 | خلية
gene genes genetic dna | gen gene genetisch | gen genético | 基因 | جين
species | art arten | especie especies | 物种 种 | نوع أنواع
egg eggs | ei eier | huevo huevos | 蛋 卵 | بيض
nest nests breed breeding breeds | nest nester brüten brut | nido cría criar | 巢 繁殖 | عش تكاثر
insect insects ant ants butterfly | insekt insekten ameise | insecto insectos | 昆虫 虫 | حشرة حشرات
rat rats mouse mice rodent | ratte ratten maus mäuse | rata ratón | 鼠 老鼠 | فأر جرذ
cow cows cattle sheep goat goats livestock | kuh kühe rind schaf vieh | vaca oveja cabra ganado | 牛 羊 | بقرة غنم ماشية
farm farmer farmers agriculture field fields crop crops harvest | bauernhof bauer landwirt feld ernte | granja granjero campo cosecha agricultor | 农场 农民 田 收成 | مزرعة مزارع حقل محصول
grass lawn meadow | gras rasen wiese | hierba césped prado | 草 草坪 | عشب
leaf leaves_tree foliage | blatt blätter laub | hoja hojas | 叶 叶子 | ورقة أوراق
root roots | wurzel wurzeln | raíz raíces | 根 | جذر
seed_corn grain wheat corn maize | getreide weizen mais | grano trigo maíz | 谷物 小麦 玉米 | حبوب قمح
fertiliser fertilizer compost manure | dünger kompost | abono fertilizante | 肥料 堆肥 | سماد
pest pesticide pesticides | schädling pestizid | plaga pesticida | 害虫 农药 | آفة مبيد
flood floods flooded flooding | hochwasser überschwemmung | inundación | 洪水 | فيضان
drought dry_spell | dürre trockenheit | sequía | 干旱 | جفاف
storm storms hurricane thunder | sturm gewitter stürme | tormenta huracán | 暴风雨 台风 | عاصفة
earthquake quake | erdbeben | terremoto | 地震 | زلزال
cloud clouds cloudy overcast | wolke bewölkt wolken | nube nublado | 云 多云 阴天 | غيوم غائم
leash lead_of_dog | leine | correa | 狗绳 牵引绳 | مقود
climate | klima | clima | 气候 | مناخ
pollution polluted emission emissions exhaust | verschmutzung emission abgas | contaminación emisión | 污染 排放 | تلوث انبعاث
recycle recycled recycling reuse | recycling wiederverwerten | reciclar reciclaje | 回收 再利用 | إعادة_تدوير
sand gravel mud clay | sand kies ton schlamm | arena barro | 沙 泥 | رمل طين
depth deep deeper deepest | tiefe tief tiefer | profundidad profundo | 深 深度 | عمق عميق
height heights altitude | höhe | altura altitud | 高度 海拔 | ارتفاع
width wide_of breadth | breite | ancho anchura | 宽 宽度 | عرض
length_of span | länge | longitud | 长度 | طول
thick thickness thicker | dick dicke | grueso espesor | 厚 | سميك سمك
area surface region regions zone district | fläche gebiet region bezirk | área superficie región zona | 地区 面积 区 | منطقة مساحة
corner angle | ecke winkel | esquina ángulo | 角 | زاوية
circle round ring_shape | kreis rund | círculo redondo | 圆 | دائرة
line row rows column queue_line | linie zeile reihe zeilen | línea fila | 行 线 排 | صف سطر خط
page pages sheet_of | seite seiten | página páginas | 页 | صفحة
chapter paragraph clause_text section_text | kapitel absatz | capítulo párrafo | 章 段 | فصل فقرة
title headline heading | titel überschrift | título | 标题 | عنوان
comment comments note notes remark | kommentar anmerkung notiz | comentario nota | 评论 注 备注 | تعليق ملاحظة
draft drafts | entwurf entwürfe | borrador | 草稿 草案 | مسودة
copy copies duplicate duplicated replicate replica | kopie kopieren kopien | copia copiar | 复制 副本 | نسخ نسخة
search searches searching query queries look_up | suchen suche abfrage | buscar búsqueda consulta | 搜索 查询 | بحث استعلام
filter filters filtered | filter filtern | filtro filtrar | 过滤 筛选 | تصفية مرشح
sort sorted sorting ordered_by | sortieren sortiert | ordenar | 排序 | فرز ترتيب
code source_code script scripts | code quelltext skript | código | 代码 脚本 | كود
function_call api endpoint endpoints method interface | schnittstelle funktion | interfaz función método | 接口 函数 | واجهة دالة
database databases db | datenbank datenbanken | base_de_datos | 数据库 | قاعدة_بيانات
log_file logfile logs journal_log | protokoll logdatei | registro bitácora | 日志 | سجل
cache cached caching | cache zwischenspeicher | caché | 缓存 | ذاكرة_مؤقتة
memory ram | arbeitsspeicher speicher | memoria | 内存 | ذاكرة
disk disks drive storage | festplatte laufwerk datenträger | disco almacenamiento | 磁盘 硬盘 存储 | قرص تخزين
encrypt encrypted encryption | verschlüsseln verschlüsselt | cifrar cifrado encriptar | 加密 | تشفير مشفر
compress compressed compression zip | komprimieren komprimiert | comprimir comprimido | 压缩 | ضغط
archive archives archived | archiv archivieren | archivo archivar | 归档 档案 | أرشيف
token tokens session | token sitzung | token sesión | 令牌 会话 | رمز جلسة
permission_right permissions right rights privilege role roles admin administrator | recht rechte rolle administrator | permiso derechos rol administrador | 权限 角色 管理员 | صلاحية دور مسؤول
update updated updates upgrade upgraded patch | aktualisieren aktualisierung update | actualizar actualización | 更新 升级 | تحديث ترقية
install_program installed installation setup | installieren installiert | instalar instalado | 安装 | تثبيت
migrate migrated migration | migrieren migration | migrar migración | 迁移 | ترحيل
deploy deployed deployment roll_out | ausrollen bereitstellen | desplegar despliegue | 部署 | نشر
restart restarted reboot restarts | neustart neustarten | reiniciar reinicio | 重启 | إعادة_تشغيل
deprecate deprecated obsolete outdated | veraltet abgekündigt | obsoleto | 弃用 过时 | مهمل
support_version supported compatible compatibility | unterstützt kompatibel | compatible | 兼容 支持 | متوافق مدعوم
timeout timeouts time_out timed_out | zeitüberschreitung | tiempo_de_espera | 超时 | مهلة
delay delayed delays late_by lag latency | verzögerung verspätung verspätet | retraso demora | 延迟 晚点 延误 | تأخير
queue queues backlog | warteschlange | cola | 队列 | طابور
message messages msg | nachricht nachrichten | mensaje mensajes | 消息 信息 | رسالة رسائل
event events | ereignis ereignisse | evento suceso | 事件 | حدث
thread process processes worker_process | prozess | proceso hilo | 进程 线程 | عملية
node nodes | knoten | nodo | 节点 | عقدة
cluster clusters replica_set | cluster verbund | clúster | 集群 | عنقود
region_zone data_centre | rechenzentrum | centro_de_datos | 数据中心 | مركز_بيانات
domain website web_site page_web site_web | webseite internetseite | sitio_web página_web | 网站 网页 | موقع
online internet web | internet online | internet en_línea | 网上 在线 互联网 | إنترنت
click press presses pressed button buttons | klicken drücken taste knopf | pulsar botón clic | 点击 按 按钮 | ضغط زر
browser browsers | browser | navegador | 浏览器 | متصفح
sensor sensors probe detector | sensor sensoren fühler | sensor | 传感器 | مستشعر
calculator calculators | taschenrechner | calculadora | 计算器 | آلة_حاسبة
robot robots | roboter | robot | 机器人 | روبوت
flash flashlight lightning | blitz | flash relámpago | 闪光灯 闪电 | فلاش برق
swim_course swimming_lessons | schwimmkurs | natación | 游泳课 | دروس_سباحة
works_site roadworks building_site | baustelle bauarbeiten | obras | 施工 工地 | أشغال
pottery ceramics ceramic | keramik töpfern | cerámica | 陶器 陶瓷 | فخار
municipal_council council_run | städtisch | municipal | 市立 | بلدي
camera cameras | kamera kameras | cámara | 相机 摄像头 | كاميرا
cable cables wire wires | kabel leitung | cable | 电缆 线 | كابل سلك
valve valves pipe pipes tube | ventil rohr rohre | válvula tubo | 阀 管 | صمام أنبوب
tank tanks container containers | tank behälter | tanque depósito recipiente | 罐 容器 | خزان حاوية
filter_part leak leaks leakage leaking | leck undicht | fuga | 泄漏 | تسرب
pressure pressures | druck | presión | 压力 | ضغط
vapour steam vapor | dampf | vapor | 蒸汽 | بخار
mix mixed mixture blend blended | mischen gemischt mischung | mezclar mezcla | 混合 | خلط مزيج
separate_out extract extracted extraction | gewinnen auszug | extraer extracto | 提取 | استخراج
harden hardens hardening set_hard cure | aushärten härten | endurecer | 硬化 | تصلب
burn burns burnt burned burning combustion | brennen verbrennen | quemar arder | 燃烧 | حرق
explode explosion blast | explodieren explosion | explotar explosión | 爆炸 | انفجار
rust corrosion corrode rusty | rost rosten korrosion | óxido corrosión | 锈 腐蚀 | صدأ تآكل
fade fading faded | verblassen ausbleichen | desteñir | 褪色 | بهتان
crack cracks cracked | riss risse | grieta | 裂缝 | شق
conduct_heat conducts conductor conductivity | leiten leiter leitfähigkeit | conductor | 导电 导热 | توصيل موصل
reflect reflects reflection mirror | spiegeln spiegel | reflejar espejo | 反射 镜子 | انعكاس مرآة
absorb absorbs absorbed absorption take_up takes_up | aufnehmen absorbieren | absorber | 吸收 | امتصاص
float floats floating sink_not | schwimmen treiben | flotar | 漂浮 | طفو
rotate rotates rotation turn turns turned | drehen dreht | girar rotar | 转 旋转 | دوران
lean tilt slope inclined | neigung hang | pendiente inclinación | 倾斜 坡 | ميل منحدر
orbit orbits | umlaufbahn | órbita | 轨道 | مدار
satellite spacecraft rocket | satellit rakete | satélite cohete | 卫星 火箭 | قمر_صناعي صاروخ
signal signals antenna | signal antenne | señal antena | 信号 天线 | إشارة هوائي
frequency_often rate_of | häufigkeit frequenz | frecuencia | 频率 | تردد
percentage share_percent proportion ratio | anteil prozentsatz | porcentaje proporción | 比例 百分比 | نسبة
double doubled doubles twofold | verdoppeln doppelt | doblar doble | 翻倍 加倍 | تضاعف ضعف
halve halved | halbieren | reducir_a_la_mitad | 减半 | نصف
growth | wachstum | crecimiento | 增长 | نمو
majority | mehrheit | mayoría | 多数 | أغلبية
minority | minderheit | minoría | 少数 | أقلية
population inhabitants | bevölkerung einwohnerzahl | población | 人口 | سكان
citizen citizens | bürger staatsbürger | ciudadano ciudadanos | 公民 市民 | مواطن
foreign foreigner abroad international | ausland ausländisch international | extranjero internacional | 国外 外国 国际 | أجنبي دولي
local locally | örtlich lokal | local | 本地 当地 | محلي
national nationwide | national bundesweit | nacional | 全国 | وطني
mayor | bürgermeister | alcalde | 市长 | عمدة
budget budgets | haushalt budget etat | presupuesto | 预算 | ميزانية
fund grant_money funded financed subsidy subsidised donation | förderung finanziert zuschuss spende | subvención financiado donación | 资助 补贴 捐款 | تمويل دعم تبرع
profit profits revenue turnover earnings | gewinn umsatz erlös | beneficio ingresos | 利润 收入 | ربح إيراد
debt loan_money credit interest_rate | schuld kredit darlehen zins | deuda crédito | 债 贷款 | دين قرض
bank banks | bank banken | banco | 银行 | بنك مصرف
withdraw_money cash_out withdrawal | abheben abhebung | retirar | 取款 取钱 | سحب
pin pincode passcode | pin geheimzahl | pin | 密码 | رمز
sign signed signature | unterschreiben unterschrift | firmar firma | 签字 签名 | توقيع
form forms fill_in | formular ausfüllen | formulario rellenar | 表格 填写 | نموذج استمارة
deadline due due_date closing_date | frist fällig abgabe | plazo vencimiento | 截止日期 期限 | موعد_نهائي
annual_leave day_off days_off leave_of_absence | urlaubstage | día_libre | 休假 | إجازة
warranty guarantee | garantie gewährleistung | garantía | 保修 保证 | ضمان
complaint complain complaints | beschwerde | queja reclamación | 投诉 | شكوى
exchange_goods | umtausch umtauschen | cambio | 换货 | استبدال
fare_dodger inspector conductor_train | kontrolleur schaffner | revisor | 检票员 | مفتش
timetable schedule_of | fahrplan | horario | 时刻表 时间表 | جدول
route routes path trail | route strecke weg pfad | ruta sendero camino | 路线 小路 | مسار طريق
speed_limit | tempolimit | límite_de_velocidad | 限速 | حد_السرعة
traffic | verkehr | tráfico | 交通 | مرور
driver drivers | fahrer fahrerin | conductor chófer | 司机 | سائق
pilot captain | pilot kapitän | piloto capitán | 船长 飞行员 | طيار قبطان
crew_members | besatzung mannschaft | tripulación | 船员 | طاقم
harbour harbor port dock | hafen | puerto | 港口 | ميناء
canal channel | kanal | canal | 运河 | قناة
dam dams | damm staudamm | presa | 水坝 | سد
camp camping tent tents | zelt zelten camping | tienda_de_campaña acampar | 帐篷 露营 | خيمة تخييم
ski skiing sledge sledges snowboard | ski schlitten | esquí trineo | 滑雪 雪橇 | تزلج
climb_hill climbing climber climbs | klettern kletterer | escalar | 攀登 攀岩 | تسلق
race races runner runners marathon | rennen lauf läufer | carrera corredor | 赛跑 比赛 | سباق
score scored goal goals point points | tor punkt punkte | gol punto puntos | 分 进球 | هدف نقطة
trainer coach_sport referee | trainer schiedsrichter | entrenador árbitro | 教练 裁判 | مدرب حكم
prize award awarded medal | preis auszeichnung medaille | premio medalla | 奖 奖牌 | جائزة
competition contest tournament | wettbewerb turnier | concurso torneo | 竞赛 | مسابقة بطولة
grade grades mark_school marks | note noten | nota calificación | 成绩 分数 | درجة علامة
degree_study diploma bachelor | abschluss diplom | título diploma | 学位 文凭 | شهادة_جامعية
scholarship | stipendium | beca | 奖学金 | منحة
lecture seminar | vorlesung seminar | conferencia seminario | 讲座 | محاضرة
homework task assignment exercise_task | aufgabe hausaufgabe | tarea deberes | 作业 任务 | واجب مهمة
interview interviews | gespräch vorstellungsgespräch | entrevista | 面试 采访 | مقابلة
apprenticeship internship | lehre praktikum | prácticas | 实习 | تدريب
towel towels sheet_bed linen | handtuch handtücher bettwäsche | toalla sábana | 毛巾 床单 | منشفة
laundry washing_machine | wäsche waschmaschine | lavandería lavadora | 洗衣 洗衣机 | غسيل غسالة
heating_bill electricity_bill | nebenkosten | gastos | 水电费 | فاتورة
garage_car | garage | garaje | 车库 | مرآب
balcony terrace | balkon terrasse | balcón terraza | 阳台 | شرفة
cellar basement | keller | sótano | 地下室 | قبو
carpet curtain | teppich vorhang | alfombra cortina | 地毯 | سجادة
soup salad dessert cake | suppe salat kuchen | sopa ensalada pastel | 汤 沙拉 蛋糕 | حساء سلطة كعكة
oil_cooking butter fat | öl butter fett | aceite mantequilla grasa | 油 黄油 | زيت زبدة
oven stove | ofen herd backofen | horno | 烤箱 炉子 | فرن
refrigerator fridge freezer | kühlschrank | nevera frigorífico | 冰箱 | ثلاجة
bottle bottles can_tin | flasche flaschen dose | botella lata | 瓶 | زجاجة
box boxes package packet parcel parcels | kiste karton paket schachtel | caja paquete | 箱子 包裹 盒 | صندوق طرد
label labels tag sticker | etikett schild | etiqueta | 标签 | ملصق
material materials fabric cloth cotton wool | stoff material baumwolle wolle | tela material algodón lana | 材料 布 棉 | قماش مادة قطن
`;
