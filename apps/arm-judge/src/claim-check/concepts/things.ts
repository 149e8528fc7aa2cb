/** Same form as actions.ts: people, places and things. */
export const things = `
child children kids kid minors | kind kinder kindern | niño niños menores hijo hijos | 儿童 孩子 小孩 | طفل أطفال
adult adults grown_up | erwachsene erwachsener erwachsenen | adulto adultos | 成人 成年人 | بالغ بالغين كبار
person people persons anyone somebody someone human individuals | person personen leute mensch menschen | persona personas gente | 人 人员 | شخص أشخاص ناس
pupil pupils student students schoolchild | schüler schülerin student studenten studierende | alumno alumnos estudiante estudiantes | 学生 | طالب طلاب تلميذ
apprentice apprentices trainee trainees | auszubildende lehrling azubi | aprendiz aprendices | 学徒 | متدرب
customer customers client clients buyer | kunde kunden kundin käufer | cliente clientes | 客户 顾客 | عميل زبون عملاء زبائن
user users | benutzer nutzer anwender | usuario usuarios | 用户 | مستخدم مستخدمين
patient patients | patient patienten | paciente pacientes | 病人 患者 | مريض مرضى
doctor doctors physician | arzt ärztin ärzte | médico doctor médicos | 医生 | طبيب أطباء
nurse nurses | krankenschwester pflegekraft pfleger | enfermera enfermero | 护士 | ممرض ممرضة
technician technicians engineer mechanic engineers mechanics | techniker ingenieur mechaniker | técnico ingeniero mecánico | 技术员 工程师 | فني مهندس
author authors writer researcher researchers scientist scientists | autor autoren forscher wissenschaftler | autor autores investigador científicos | 作者 研究人员 | كاتب مؤلف باحث باحثون
manager director boss head chair leader chairman president | leiter leiterin chef direktor vorsitzende | director jefe gerente presidente | 经理 主任 负责人 主席 | مدير رئيس
parent parents mother father | eltern mutter vater | padre madre padres | 父母 家长 | والد والدين أب أم
neighbour neighbor neighbours resident residents inhabitant inhabitants | nachbar anwohner bewohner einwohner | vecino vecinos residente habitante | 居民 邻居 | جار ساكن سكان
passenger passengers traveller travellers commuter commuters | fahrgast fahrgäste reisende reisenden passagier | pasajero pasajeros viajero viajeros | 乘客 旅客 | راكب ركاب مسافر
wheelchair wheelchairs disabled_person disability | rollstuhl behinderung | silla_de_ruedas discapacidad | 轮椅 残疾 | كرسي_متحرك
animal animals pet pets | tier tiere haustier | animal animales mascota | 动物 宠物 | حيوان حيوانات
dog dogs | hund hunde hunden | perro perros | 狗 | كلب كلاب
cat cats | katze katzen | gato gatos | 猫 | قطة قط
horse horses | pferd pferde | caballo caballos | 马 | حصان
bird birds | vogel vögel | pájaro ave aves | 鸟 | طائر طيور
fish fishes fishing | fisch fische | pez pescado peces | 鱼 | سمك أسماك
tree trees forest wood woods timber | baum bäume wald holz | árbol árboles bosque madera | 树 森林 木 | شجرة أشجار غابة خشب
flower flowers bloom blossom | blume blumen blühen | flor flores | 花 | زهرة زهور
fruit fruits apple apples berry | obst frucht früchte äpfel | fruta frutas manzana | 水果 果 | فاكهة فواكه
vegetable vegetables tomato potato | gemüse tomaten kartoffeln | verdura verduras | 蔬菜 | خضار
bread loaf | brot | pan | 面包 | خبز
milk dairy | milch | leche | 牛奶 奶 | حليب
meat beef pork | fleisch | carne | 肉 | لحم
water waters | wasser | agua | 水 | ماء مياه
river rivers stream | fluss flüsse | río ríos | 河 河流 | نهر أنهار
lake lakes pond reservoir | see teich | lago lagos | 湖 | بحيرة
sea seas ocean | meer ozean | mar océano | 海 海洋 | بحر محيط
island islands | insel inseln | isla islas | 岛 | جزيرة
mountain mountains hill hills summit | berg berge hügel gipfel | montaña monte colina | 山 | جبل جبال
coast beach shore | küste strand ufer | costa playa | 海岸 海滩 | ساحل شاطئ
city town cities towns municipal | stadt städte städtisch | ciudad ciudades | 城市 市 | مدينة مدن بلدة
village villages | dorf dörfer | pueblo aldea pueblos | 村 村庄 | قرية قرى
country countries nation national state | land länder staat | país países nación estado | 国家 国 | دولة دول بلد
street streets road roads lane avenue motorway | straße straßen weg autobahn | calle carretera camino vía | 街 路 道路 | شارع طريق
square plaza marketplace | platz marktplatz | plaza | 广场 | ساحة ميدان
market markets | markt märkte | mercado mercados | 市场 集市 | سوق أسواق
bridge bridges | brücke brücken | puente puentes | 桥 | جسر
tunnel tunnels | tunnel | túnel | 隧道 | نفق
station stations stop_place terminal | bahnhof haltestelle station | estación parada | 车站 站 | محطة
platform platforms track | bahnsteig gleis plattform bahnsteige | andén plataforma vía | 站台 平台 | رصيف منصة
train trains railway rail | zug züge bahn eisenbahn | tren trenes ferrocarril | 火车 列车 铁路 | قطار قطارات سكة
bus buses coach | bus busse | autobús autobuses | 公交 公共汽车 巴士 | حافلة حافلات باص
tram trams | straßenbahn | tranvía | 电车 | ترام
car cars vehicle vehicles automobile | auto autos wagen fahrzeug fahrzeuge pkw | coche coches automóvil vehículo | 汽车 车 车辆 | سيارة سيارات مركبة
lorry lorries truck trucks | lastwagen lkw | camión camiones | 卡车 货车 | شاحنة شاحنات
ship ships boat boats ferry vessel | schiff boot fähre schiffe | barco barcos ferry buque | 船 渡轮 | سفينة قارب عبارة
plane planes aircraft flight flights airport | flugzeug flug flüge flughafen | avión vuelo vuelos aeropuerto | 飞机 航班 机场 | طائرة رحلة مطار
parking car_park park_vehicle | parkplatz parken parkhaus | aparcamiento estacionamiento aparcar | 停车场 停车 | موقف
park parks garden gardens | park garten gärten | parque jardín jardines | 公园 花园 | حديقة متنزه
lift elevator lifts | aufzug fahrstuhl lift aufzüge | ascensor elevador | 电梯 | مصعد
stairs staircase steps_up | treppe treppen | escalera escaleras | 楼梯 | درج سلم
door doors gate entrance | tür tor eingang türen | puerta entrada | 门 入口 | باب مدخل
window windows | fenster | ventana ventanas | 窗 窗户 | نافذة
room rooms hall chamber | raum zimmer saal räume | sala habitación cuarto salón | 房间 室 厅 自习室 | غرفة قاعة
study_room reading_room | lesesaal arbeitsraum | sala_de_estudio sala_de_lectura | 自习室 阅览室 | قاعة_قراءة
floor storey floors ground_floor | stock etage boden stockwerk | piso planta suelo | 楼 层 地板 | طابق أرضية
roof roofs | dach dächer | techo tejado | 屋顶 | سقف
wall walls | wand mauer wände | pared muro | 墙 | جدار حائط
house houses home building buildings residence household households | haus häuser gebäude wohnung haushalt | casa casas edificio vivienda hogar | 房子 建筑 家 楼 | بيت منزل مبنى
flat apartment apartments tenant tenants | wohnung mieter mieterin | piso apartamento inquilino | 公寓 租户 | شقة مستأجر
school schools | schule schulen | escuela colegio | 学校 | مدرسة مدارس
university universities college | universität hochschule | universidad | 大学 | جامعة
library libraries | bibliothek bücherei bibliotheken | biblioteca bibliotecas | 图书馆 | مكتبة
museum museums gallery exhibition exhibit | museum museen ausstellung galerie | museo museos exposición galería | 博物馆 展览 | متحف معرض
theatre theater cinema stage concert concerts | theater kino bühne konzert | teatro cine concierto | 剧院 电影院 音乐会 | مسرح سينما حفلة
hospital hospitals clinic ward | krankenhaus klinik spital | hospital clínica | 医院 诊所 | مستشفى عيادة
pharmacy chemist drugstore | apotheke | farmacia | 药店 药房 | صيدلية
medicine medicines drug drugs medication tablet tablets | medikament medikamente arznei tablette tabletten | medicamento medicina medicinas pastilla | 药 药物 药品 处方药 | دواء أدوية
prescription prescriptions | rezept verschreibung | receta | 处方 处方药 | وصفة
shop shops store_shop stores supermarket | laden geschäft läden supermarkt | tienda tiendas supermercado | 商店 店 超市 | متجر محل دكان
restaurant restaurants café canteen | restaurant gaststätte café kantine | restaurante cafetería comedor | 餐厅 餐馆 食堂 | مطعم مقهى
hotel hotels hostel | hotel herberge | hotel hostal | 酒店 宾馆 旅馆 | فندق
breakfast | frühstück | desayuno | 早餐 | فطور إفطار
dinner supper | abendessen | cena | 晚餐 | عشاء
office offices desk bureau | büro amt schalter | oficina despacho | 办公室 | مكتب
company companies firm business enterprise | firma unternehmen betrieb | empresa compañía negocio | 公司 企业 | شركة مؤسسة
factory factories plant_works | fabrik werk | fábrica | 工厂 | مصنع
workshop workshops garage | werkstatt werkstätten | taller talleres | 车间 工作坊 | ورشة
pool pools swimming swim swimmers | schwimmbad becken schwimmen hallenbad freibad bad | piscina nadar | 游泳池 泳池 游泳 | مسبح سباحة
sport sports gym training_hall | sport sporthalle turnhalle | deporte gimnasio | 体育 健身 体育馆 | رياضة صالة
club clubs association society | verein klub vereine | club asociación | 俱乐部 协会 | نادي جمعية
ticket tickets card_entry pass_card season_ticket subscription | abonnement karte fahrkarte ticket eintrittskarte karten | billete entrada boleto entradas abono abonos | 票 门票 车票 | تذكرة تذاكر
card cards | karte ausweis | tarjeta tarjetas | 卡 | بطاقة
money cash funds funding | geld bargeld mittel | dinero efectivo fondos | 钱 现金 资金 | مال نقد نقود
euro euros | euro | euro euros | 欧元 | يورو
discount reduction_price reduced_price rebate | ermäßigung rabatt ermäßigt | descuento rebaja | 折扣 优惠 | خصم تخفيض
tax taxes | steuer steuern | impuesto impuestos | 税 | ضريبة
salary wage wages pay_packet income | gehalt lohn einkommen | salario sueldo ingresos | 工资 收入 | راتب أجر دخل
contract contracts agreement | vertrag verträge vereinbarung | contrato acuerdo | 合同 协议 | عقد اتفاق
invoice bill invoices bills receipt | rechnung rechnungen quittung | factura recibo cuenta | 发票 账单 | فاتورة
deposit down_payment | kaution pfand anzahlung | depósito fianza | 押金 定金 | وديعة تأمين
fine penalty fines | strafe bußgeld mahngebühr | multa sanción | 罚款 | غرامة
insurance insured insurer | versicherung versichert | seguro asegurado | 保险 | تأمين
book books volume title | buch bücher büchern | libro libros | 书 图书 本书 | كتاب كتب
magazine newspaper journal | zeitschrift zeitung | revista periódico | 杂志 报纸 | مجلة صحيفة
letter letters mail post_mail | brief briefe post | carta correo | 信 邮件 | رسالة بريد
email e_mail emails e_mails inbox mailbox mail | e_mail mail postfach | correo_electrónico correo | 电子邮件 邮件 邮箱 | بريد
phone telephone call calls phone_number hotline | telefon anruf telefonisch | teléfono llamada | 电话 | هاتف مكالمة
computer computers laptop machine machines device devices | computer rechner gerät geräte maschine | ordenador computadora máquina dispositivo | 电脑 计算机 机器 设备 | حاسوب جهاز آلة
screen monitor display_screen | bildschirm anzeige | pantalla | 屏幕 | شاشة
keyboard keyboards | tastatur | teclado | 键盘 | لوحة_مفاتيح
file files document documents | datei dateien dokument unterlagen | archivo fichero documento documentos | 文件 文档 | ملف ملفات مستند وثيقة
folder directory | ordner verzeichnis | carpeta directorio | 文件夹 目录 | مجلد
image picture pictures images photo photos photograph photographs photography | bild bilder foto fotos fotografieren fotografie | imagen foto fotos fotografía fotografiar | 图片 照片 图像 | صورة صور
video film movie | video film | vídeo película | 视频 电影 | فيديو فيلم
password passwords credential | passwort kennwort | contraseña | 密码 | كلمة_مرور
account accounts profile | konto konten | cuenta cuentas | 账户 账号 | حساب حسابات
data dataset information details | daten information angaben | datos información | 数据 信息 资料 | بيانات معلومات
server servers host | server | servidor | 服务器 | خادم
network networks | netz netzwerk | red redes | 网络 | شبكة
software program programme application_software app | software programm anwendung | programa aplicación software | 软件 程序 应用 | برنامج تطبيق
version versions release_version build | version fassung ausgabe | versión | 版本 | إصدار نسخة
setting settings option options parameter configuration configure configured | einstellung option parameter | ajuste opción configuración | 设置 选项 配置 | إعداد خيار
default defaults preset standard | voreinstellung standard vorgabe | predeterminado por_defecto | 默认 | افتراضي
limit limits limited restriction restricted cap quota bound | grenze begrenzt beschränkung limit kontingent | límite limitado restricción | 限制 限额 上限 | حد محدود قيد
rule rules regulation policy | regel regeln vorschrift | regla norma reglas | 规则 规定 | قاعدة قواعد
list lists table | liste tabelle | lista tabla | 列表 表 名单 | قائمة جدول
group groups team teams | gruppe gruppen team | grupo equipo | 组 团队 小组 | مجموعة فريق
committee council board commission jury | ausschuss rat gremium vorstand kommission | comité consejo junta comisión | 委员会 理事会 | لجنة مجلس
government authority authorities ministry | regierung behörde ministerium | gobierno autoridad ministerio | 政府 | حكومة سلطة وزارة
police officer | polizei | policía | 警察 | شرطة
fire fires bonfire fireworks | feuer brand | fuego incendio | 火 火灾 | نار حريق
accident accidents crash_vehicle incident | unfall unfälle vorfall | accidente incidente | 事故 | حادث
problem problems trouble | problem probleme schwierigkeit | problema problemas | 问题 | مشكلة
risk danger dangerous hazard | risiko gefahr gefährlich | riesgo peligro | 风险 危险 | خطر مخاطر
energy electricity electric power current_power | energie strom elektrisch elektrizität | energía electricidad eléctrico | 能源 电 电力 | طاقة كهرباء
battery batteries pack accumulator | batterie akku batterien | batería pila | 电池 | بطارية
range reach_distance | reichweite | autonomía alcance | 续航 范围 | مدى
socket outlet plug | steckdose stecker | enchufe | 插座 | مقبس
motor engine pump pumps | motor pumpe | motor bomba | 发动机 泵 | محرك مضخة
gas gases oil fuel petrol diesel | gas öl benzin kraftstoff | gas aceite combustible gasolina | 油 气 燃料 | غاز نفط وقود
solar panel panels photovoltaic | solar photovoltaik solaranlage | solar panel | 太阳能 | شمسي
temperature temperatures degree degrees | temperatur temperaturen grad | temperatura grado grados | 温度 度 | حرارة درجة
air wind winds | luft wind | aire viento | 空气 风 | هواء ريح رياح
sun sunlight sunshine | sonne sonnenlicht | sol | 太阳 阳光 | شمس
moon planet star stars | mond planet stern | luna planeta estrella | 月亮 行星 星 | قمر كوكب نجم
earth soil ground land_area | erde boden grund | tierra suelo | 土 土壤 地 | أرض تربة
stone stones rock brick bricks concrete | stein steine ziegel beton | piedra ladrillo | 石 砖 | حجر
metal metals iron steel copper_metal | metall eisen stahl | metal hierro acero | 金属 铁 钢 | معدن حديد
glass glasses | glas gläser | vidrio vaso cristal | 玻璃 杯 | زجاج كأس
paper papers sheet | papier blatt | papel hoja | 纸 | ورق
plastic plastics | kunststoff plastik | plástico | 塑料 | بلاستيك
colour color colours paint painted | farbe farben | color pintura | 颜色 | لون ألوان
bag bags suitcase luggage baggage | tasche taschen koffer gepäck | bolsa maleta equipaje | 包 行李 | حقيبة أمتعة
locker lockers cupboard | schließfach schrank spind | taquilla armario | 储物柜 | خزانة
bed beds | bett betten | cama camas | 床 | سرير
table_furniture chair_seat seat seats | tisch stuhl sitz sitzplatz plätze | mesa silla asiento | 桌 椅 座位 | طاولة كرسي مقعد
clothes clothing shoe shoes | kleidung schuhe | ropa zapatos | 衣服 鞋 | ملابس حذاء
key keys | schlüssel | llave clave | 钥匙 密钥 | مفتاح مفاتيح
tool tools | werkzeug werkzeuge | herramienta | 工具 | أداة أدوات
spare_part spare_parts parts_component component components | ersatzteil ersatzteile bauteil | repuesto pieza piezas recambio | 零件 部件 | قطعة قطع
product products goods article item items | produkt produkte ware waren artikel | producto productos artículo | 产品 商品 物品 | منتج سلعة منتجات
sample samples specimen | probe proben muster | muestra muestras | 样品 样本 | عينة عينات
survey surveys poll questionnaire | umfrage befragung | encuesta | 调查 | استطلاع
study_research research investigation experiment trial_study | studie untersuchung forschung versuch | estudio investigación | 研究 实验 | دراسة بحث تجربة
result results outcome | ergebnis ergebnisse | resultado resultados | 结果 | نتيجة نتائج
exam exams examination_school test_school | prüfung prüfungen klausur | examen exámenes | 考试 | امتحان امتحانات
certificate certificates | bescheinigung zeugnis zertifikat | certificado | 证书 证明 | شهادة
project projects | projekt projekte | proyecto | 项目 | مشروع
age aged year_old | alter alt | edad | 年龄 岁 | عمر سن
birth born birthday | geburt geboren geburtstag | nacimiento nacido | 出生 生日 | ولادة ميلاد
name named names called | name namen heißt | nombre llamado | 名字 名称 叫 | اسم يسمى
address addresses | adresse anschrift | dirección | 地址 | عنوان
language languages | sprache sprachen | idioma lengua | 语言 | لغة
word words | wort wörter | palabra | 词 字 | كلمة
side sides | seite | lado | 边 侧 | جانب
half halves | hälfte halb | mitad medio | 一半 半 | نصف
level levels | stufe niveau pegel stand | nivel | 级 水平 | مستوى
place places location site spot | ort stelle standort | lugar sitio | 地方 地点 | مكان موقع
time times time_period period | zeit zeitraum frist | tiempo período plazo | 时间 期限 | وقت فترة
kilometre kilometres distance | kilometer entfernung | kilómetro distancia | 公里 距离 | كيلومتر مسافة
capacity volume_content | kapazität fassungsvermögen | capacidad | 容量 | سعة
quality qualities | qualität | calidad | 质量 | جودة
size sizes | größe | tamaño | 大小 尺寸 | حجم
edge border boundary | rand grenze | borde frontera | 边界 | حدود حافة
centre center middle | zentrum mitte mittlere | centro | 中心 中间 | مركز وسط
salt salty saltier saline | salz salzig | sal salado | 盐 | ملح مالح
sugar sweet | zucker süß | azúcar dulce | 糖 | سكر
lead_metal | blei | plomo | 铅 | رصاص
honey bee bees | honig biene bienen | miel abeja | 蜂蜜 蜜蜂 | عسل نحل
tea coffee | tee kaffee | té café | 茶 咖啡 | شاي قهوة
cheese | käse | queso | 奶酪 | جبن
rice | reis | arroz | 米 米饭 | أرز
stall stalls stand_booth | stand stände | puesto puestos | 摊位 | كشك
waste rubbish garbage bin bins trash | müll abfall | basura residuos | 垃圾 | نفايات قمامة
permit_paper licence license licences | genehmigung erlaubnis führerschein lizenz | permiso licencia | 许可证 执照 | رخصة تصريح
guide tour guided | führung führer | guía visita_guiada | 导游 导览 | دليل جولة
safety_belt helmet helmets | helm gurt | casco cinturón | 头盔 | خوذة
`;
