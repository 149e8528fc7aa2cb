/** One concept a line: English | German | Spanish | Chinese | Arabic. Words of a group mean the same for a reader who checks a claim; `_` joins a phrase. */
export const actions = `
open opened opening reopen | offen öffnen öffnet geöffnet auf_machen besetzt | abrir abre abren abierto abierta abiertos apertura | 开放 开馆 开门 营业 打开 开 | يفتح تفتح مفتوح فتح افتتاح
close closed shut closure closing | schließen schließt geschlossen gesperrt sperren sperrung zu | cerrar cierra cierran cerrado cerrada cierre | 闭馆 关门 关闭 停业 关 封闭 | يغلق تغلق مغلق إغلاق اغلاق
begin start started starting commence launch onset | anfangen beginnen beginnt begann begonnen anfang starten startet | empezar empieza comenzar comienza comienzo iniciar inicia inicio | 开始 启动 | يبدأ تبدأ بداية بدأ
end finish finished conclude complete completed ends expire expiry | enden endet ende aufhören beenden fertig ablaufen läuft_ab schluss | terminar termina acabar acaba fin finalizar caducar | 结束 完成 到期 截止 | ينتهي تنتهي نهاية انتهى
stop halt cease interrupt suspend pause break_off | anhalten stoppen stoppt aufhören unterbrechen aussetzen | parar detener detiene suspender suspende | 停止 暂停 停 | يتوقف توقف إيقاف
continue resume go_on goes_on keep_on keep_working keeps_working carry_on proceed | fortsetzen weitermachen weiter fortfahren | continuar continúa seguir sigue reanudar | 继续 恢复 | يستمر تستمر استمرار
allow permit permitted permission may_enter authorise authorize let lets allowed entitled | erlauben erlaubt dürfen darf gestattet zugelassen genehmigt zulässig | permitir permite permitido permitida poder puede pueden | 允许 可以 准许 可 | يسمح تسمح مسموح يمكن
forbid forbidden prohibit prohibited ban banned | verboten verbieten untersagt unzulässig | prohibir prohibido prohibida prohíbe | 禁止 不准 不得 | ممنوع يمنع محظور
refuse reject rejected decline deny denied turn_down turned_away | ablehnen abgelehnt verweigern zurückweisen abweisen | rechazar rechaza rechazado denegar | 拒绝 拒 | يرفض رفض مرفوض
accept accepted approve approved agree take_on | annehmen angenommen akzeptieren genehmigen zustimmen | aceptar acepta aceptado aprobar aprobado | 接受 批准 同意 | يقبل قبول موافقة
block blocks blocked prevent prevents hinder inhibit obstruct bar | blockieren blockiert verhindern hindern | bloquear bloquea impedir impide | 阻止 阻挡 屏蔽 | يمنع حجب
need require requires required requirement necessary must_have obligatory mandatory compulsory demand | brauchen braucht benötigen benötigt erforderlich nötig notwendig pflicht verlangen | necesitar necesita requerir requiere obligatorio necesario exige | 需要 必须 需 要求 | يحتاج تحتاج يجب مطلوب ضروري يلزم
use uses used using usage utilise utilize employ apply usable | benutzen nutzen nutzt verwenden verwendet gebrauchen nutzung einsetzen | usar usa utilizar utiliza uso emplear | 使用 用 利用 | استخدام يستخدم تستخدم
pay paid payment payable pays | zahlen zahlt bezahlen bezahlt zahlung | pagar paga pagan pago | 支付 付款 付 缴费 | يدفع دفع تدفع
cost costs price priced fee charge_for tariff fare expense rate | kosten kostet preis gebühr tarif beitrag | costar cuesta precio tarifa coste cuota | 价格 费用 费 收费 价 | سعر تكلفة رسوم رسم ثمن يكلف
refund refunded reimburse give_back gives_back get_back return_money money_back repaid | erstatten erstattet zurückzahlen rückzahlung zurückerstattet | reembolsar reembolso devolver_dinero devuelven | 退款 退还 | استرداد ترد ترجع يرد إعادة
return returned returns send_back sends_back bring_back brought_back given_back hand_back | zurückgeben zurückgegeben rückgabe zurückbringen zurück | devolver devuelve devolución regresar | 归还 返回 退回 | يعيد إرجاع اعادة رجوع
buy bought purchase purchased acquire order ordered | kaufen kauft gekauft erwerben bestellen kauf | comprar compra adquirir pedir pedido | 购买 买 订购 | شراء يشتري اشترى
sell sold sale sales sells vendor | verkaufen verkauft verkauf | vender vende venta ventas | 出售 销售 卖 | بيع يبيع
borrow borrowed loan lend lent borrowing | leihen ausleihen ausgeliehen entleihen verleih | prestar préstamo prestado | 借 借阅 借书 | استعارة يستعير إعارة
rent rented hire lease | mieten vermieten miete | alquilar alquiler | 租 租赁 | إيجار يستأجر
book booked booking reserve reserved reservation appointment | buchen gebucht reservieren reserviert buchung vorbestellen | reservar reserva reservado cita | 预约 预订 预定 | حجز يحجز موعد
register registered registration enrol enroll sign_up sign_in log_in login enrolment | anmelden angemeldet registrieren anmeldung einschreiben | registrar registrado registrados inscribir inscripción | 注册 登记 登录 报名 | تسجيل يسجل مسجل
cancel cancelled cancellation call_off revoke revoked withdraw withdrawn annul recall retract | absagen abgesagt stornieren kündigen widerrufen zurückziehen | cancelar cancela anular retirar revocar | 取消 撤销 撤回 | إلغاء يلغي ألغي سحب
renew renewed renewal extend extended extension prolong | verlängern verlängert erneuern verlängerung | renovar renueva prorrogar ampliar | 续借 延长 更新 | تجديد تمديد يجدد
rise rose risen increase increased raise raised grow grew go_up goes_up went_up climb gain higher taller upward boost | steigen steigt gestiegen stieg erhöhen erhöht zunehmen wachsen | subir sube aumentar aumenta aumento crecer | 上升 增加 提高 增长 上涨 | ارتفع يرتفع زيادة زاد ارتفاع
fall fell fallen decrease decreased drop drops dropped decline declined reduce reduced reduction sink sank lower go_down went_down shrink cut lessen | fallen fällt sinken sinkt gesunken abnehmen verringern senken reduzieren | bajar baja disminuir disminuye reducir reduce caer | 下降 减少 降低 下跌 | انخفض ينخفض انخفاض تراجع
lose lost loses loss losing forfeit give_up gives_up lapse forfeited | verlieren verliert verloren verlust einbüßen verfallen | perder pierde pérdida perdido | 失去 丢失 损失 | يفقد فقد خسارة يخسر
keep kept keeps left in_place untouched unaffected intact retain retained store stored preserve hold maintain remain stay stays stock | behalten aufbewahren aufbewahrt bleiben bleibt halten speichern gelagert vorgehalten | guardar guarda conservar mantener mantiene permanecer | 保存 保留 存放 保持 | يحتفظ حفظ يبقى تبقى
delete deleted remove removed erase erased take_out taken_out takes_out discard discarded drop drops wipe clear gone purge lose loses lost | löschen gelöscht entfernen entfernt verwerfen weg | borrar borra eliminar elimina eliminado quitar | 删除 清除 移除 | حذف يحذف إزالة
add added adds addition append include_new introduce introduced bring_in | hinzufügen ergänzen hinzugefügt einführen | añadir añade agregar incorporar introducir | 添加 增加 新增 | إضافة يضيف أضيف
include includes included contain contains comprise consist consists cover covers covered comes_with part_of inclusive | enthalten enthält umfassen umfasst gehören beinhalten inbegriffen | incluir incluye contener contiene incluido | 包括 包含 含 | يشمل تشمل يحتوي تحتوي
exclude excluded except exempt omit omitted leave_out left_out exemption | ausschließen ausgenommen ausgeschlossen befreit außer | excluir excepto exento salvo | 除外 除了 不包括 | باستثناء عدا معفى
send sent sends transmit transmitted forward deliver delivered ship shipped shipping dispatch delivery post mail_out | senden sendet gesendet schicken liefern geliefert versenden lieferung versand | enviar envía enviado entregar entrega envío | 发送 送 寄 配送 传输 | إرسال يرسل ترسل توصيل
receive received receives get gets obtain obtained collect pick_up | erhalten erhält bekommen bekommt empfangen abholen | recibir recibe obtener obtiene recoger | 收到 接收 得到 领取 | يتلقى استلام يحصل تلقى
arrive arrived arrives arrival come_in reach reached reaches | ankommen ankunft eintreffen erreichen erreicht | llegar llega llegan llegada alcanzar | 到达 抵达 达到 | يصل وصول تصل
leave leaves left depart departed departure set_off go_away | verlassen abfahren abfahrt gehen abreisen | salir sale salida irse partir | 离开 出发 | يغادر مغادرة رحيل
stop_at call_at halt_at | halten hält | parada | 停靠 | يقف
drive drove driven run_on travel travelled journey trip ride | fahren fährt gefahren reise fahrt | conducir viajar viaje circular | 行驶 驾驶 旅行 | يقود سفر رحلة
walk walked foot pedestrian hike | gehen zu_fuß wandern fußgänger | caminar andar pie peatón | 步行 走 | مشي سيرا
cross crosses crossed crossing | überqueren | cruzar cruza | 穿过 横渡 | يعبر عبور
build built construct constructed construction erect erected building_work | bauen gebaut errichten errichtet bau erbaut | construir construye construido construcción | 建造 建设 修建 建 | بناء بني يبني
repair repaired fix fixed fixes mend restore restored renovate renovated renovation overhaul | reparieren repariert reparatur instandsetzen sanieren beheben | reparar reparación arreglar restaurar renovar | 修理 维修 修复 翻新 | إصلاح يصلح ترميم
maintain_work maintenance service servicing upkeep | wartung instandhaltung pflege | mantenimiento | 维护 保养 检修 | صيانة
replace replaced replacement swap substitute exchange | ersetzen ersetzt austauschen tauschen ersatz | reemplazar sustituir cambiar sustitución | 更换 替换 | استبدال يستبدل بديل
change changed changes alter altered modify modified switch convert differ_from | ändern geändert wechseln umstellen änderung | cambiar cambia modificar cambio | 改变 修改 变更 | تغيير يغير تعديل
move moved relocate shift transfer transferred carry_over carried_over carried | umziehen verlegen verschieben übertragen | mover trasladar traslado mudarse | 搬 移动 转移 | نقل ينقل انتقال
check checked verify verified inspect inspected examination examine test tested tests testing review reviewed inspection control_check | prüfen geprüft prüfung kontrollieren testen untersuchen | comprobar revisar verificar inspección probar | 检查 测试 检验 | فحص اختبار تحقق
measure measured measurement gauge | messen gemessen messung | medir mide medición | 测量 测 | قياس يقيس
report reported reports notify notified inform informed tell told announce announced announcement notice message | melden gemeldet berichten mitteilen informieren ankündigen meldung hinweis | informar informa avisar comunicar anunciar aviso | 报告 通知 报道 告知 | إبلاغ يبلغ تقرير إعلان إشعار
show shows shown display displayed demonstrate indicate reveal visible appear find found finding turned_up turn_up see sees | zeigen zeigt anzeigen gezeigt finden gefunden ergeben | mostrar muestra indicar encontrar demostrar | 显示 表明 发现 展示 | يظهر عرض أظهر وجد
say said says state stated mention mentioned claim claimed explain describe | sagen sagt gesagt erklären erwähnen | decir dice afirmar mencionar explicar | 说 表示 说明 | قال يقول ذكر صرح
ask asked asks question inquire request requested requests application apply_for applicant | fragen gefragt anfragen beantragen antrag bitten | preguntar pedir solicitar solicitud | 询问 申请 请求 问 | طلب يطلب سأل
answer answered reply replied respond response | antworten antwort beantworten | responder respuesta contestar | 回答 答复 回复 | جواب يجيب رد
decide decided decision decides rule ruling determine resolve | entscheiden entscheidet beschluss entschieden beschließen | decidir decide decisión | 决定 | قرار يقرر قرر
vote votes voted elect elected election ballot choose chosen | wählen gewählt wahl abstimmen stimme | votar voto elegir elecciones elección | 投票 选举 票 | تصويت انتخاب صوت
win won victory winner | gewinnen gewonnen sieg sieger | ganar gana ganador victoria | 赢 获胜 胜 | فوز يفوز فائز
defeat beaten lost_to losing_side | verlieren niederlage | derrota perder | 输 败 | هزيمة خسر
teach taught teacher teaching instruct lesson instructor class course | lehren unterricht lehrer lehrerin kurs unterrichten | enseñar profesor profesora clase curso maestro | 教 老师 教师 课程 课 | تعليم معلم درس مدرس دورة
learn learned study studied training train trained practise practice rehearse rehearses rehearsal exercise | lernen studieren üben ausbildung probe proben training | aprender estudiar ensayar formación ensayo | 学习 培训 练习 排练 | تعلم تدريب دراسة
write written writes wrote writing record recorded log note_down | schreiben schreibt geschrieben aufzeichnen | escribir escribe escrito anotar | 写 写入 记录 | كتابة يكتب كتب
read reads reading reader | lesen liest gelesen | leer lee lectura lector | 读 阅读 读取 | قراءة يقرأ
work works worked working operate operates operated run runs ran running function job | arbeiten arbeitet betrieb läuft laufen betreiben arbeit funktionieren | trabajar trabaja funcionar funciona operar trabajo | 工作 运行 运作 | عمل يعمل تعمل تشغيل
employ_staff employed hire_staff recruit staff staffed manned employee employees worker workers personnel crew | angestellte mitarbeiter beschäftigen beschäftigt personal beschäftigte besetzt | empleado empleados trabajadores personal emplear | 员工 职工 雇用 雇员 | موظف موظفين عامل عمال
retire retired pension retirement | ruhestand rente pensioniert | jubilar jubilación pensión | 退休 | تقاعد
eat ate eaten food meal dish dishes | essen isst gegessen speisen mahlzeit | comer come comida alimentos | 吃 食物 食品 饮食 | طعام أكل يأكل وجبة
drink drank drunk beverage beverages | trinken getränk getränke | beber bebida bebidas | 喝 饮料 | شرب مشروب مشروبات
cook cooked cooking boil boiled bake baked roast fry fried | kochen gekocht backen braten | cocinar cocido hornear | 煮 烹饪 烤 | طبخ يطبخ
feed fed feeds feeding | füttern fütterung | alimentar dar_de_comer | 喂 喂养 | إطعام يطعم
heat heated heating warm warmed warms | heizen erhitzen wärmen heizung warm | calentar calefacción caliente | 加热 供暖 热 | تسخين تدفئة ساخن
cool cooled cooling chill chilled refrigerate | kühlen gekühlt abkühlen kalt | enfriar refrigerar frío | 冷却 冷藏 冷 | تبريد بارد
melt melts melted thaw | schmelzen schmilzt | fundir derretir | 融化 熔化 | يذوب انصهار
freeze freezes froze frozen ice | gefrieren einfrieren eis | congelar hielo helar | 冻 结冰 冰 | تجمد جليد
dry dries dried | trocknen trocken | secar seco | 干 干燥 | جاف تجفيف
wash washed cleaning clean cleaned | waschen reinigen sauber reinigung putzen | lavar limpiar limpieza limpio | 洗 清洁 清洗 | غسل تنظيف نظيف
grow_plant plant planted planting sow sown seed seedling | pflanzen gepflanzt säen pflanze pflanzen setzling | plantar planta sembrar plantas | 种植 植物 种 | زراعة نبات زرع
water_plants watered watering irrigate irrigation | gießen bewässern | regar riego | 浇水 灌溉 | ري سقي
die died dead death survive_not killed perish | sterben gestorben tot tod | morir murió muerto muerte | 死 死亡 | مات موت وفاة
survive survived alive live lived lives living outlive | überleben lebt leben überlebt | sobrevivir vivir vive vivo | 存活 生存 活 居住 | نجا يعيش عاش
hurt injured injury injuries wound wounded harm harmed | verletzt verletzung verletzen schaden | herido heridos lesión dañar | 受伤 伤 | إصابة مصاب جريح
damage damaged destroy destroyed ruin break broken broke corrupt corrupted spoil | beschädigen beschädigt zerstören kaputt schaden | dañar daño destruir roto | 损坏 破坏 | ضرر تلف كسر
protect protected protection guard secure secured shield safe safety | schützen geschützt schutz sicher | proteger protección seguro | 保护 安全 | حماية يحمي أمان
attack attacked | angreifen angriff | atacar ataque | 攻击 | هجوم يهاجم
fail failed fails failure error fault faulty crash crashed malfunction outage defect bug | fehlschlagen fehler ausfall ausfallen scheitern störung defekt | fallar falla fallo error | 失败 错误 故障 出错 | فشل خطأ عطل يفشل
succeed success successful successfully work_out | gelingen erfolg erfolgreich bestehen bestanden | éxito lograr aprobar exitoso | 成功 通过 | نجاح نجح ناجح
try tried attempt attempts trial | versuchen versuch probieren | intentar intento probar | 尝试 试 | محاولة يحاول
wait waits waited waiting queue | warten wartet wartezeit | esperar espera | 等待 等 | انتظار ينتظر
help helped assist support supported supports aid | helfen hilft hilfe unterstützen unterstützung | ayudar ayuda apoyar apoyo soporte | 帮助 支持 | مساعدة يساعد دعم
cause caused causes lead_to result_in trigger triggered bring_about reason blame due | verursachen ursache führen_zu auslösen grund | causar causa provocar motivo razón | 导致 引起 原因 | سبب يسبب أدى
affect affected effect influence impact influences | beeinflussen wirkung auswirkung einfluss betreffen | afectar afecta efecto influir | 影响 | تأثير يؤثر أثر
produce produced production make_goods manufacture manufactured yield yields generate output | herstellen hergestellt erzeugen produktion ertrag produzieren | producir produce fabricar rendimiento producción | 生产 产生 制造 产量 | إنتاج ينتج صنع
make made makes create created creates creation | machen macht gemacht erstellen erstellt schaffen | hacer hace hecho crear | 做 创建 制作 | صنع يصنع إنشاء
own owned owner possess belong belongs belonging | besitzen besitzt gehört eigentümer besitzer halter | poseer dueño propietario pertenecer | 拥有 属于 主人 | يملك مالك صاحب ملك
give gave given gives grant granted provide provided offer offers supply hand_over donate | geben gibt gegeben gewähren bieten anbieten | dar da dan ofrecer otorgar | 给 提供 给予 | يعطي منح يقدم تقديم
take took taken takes taking bring brought carry | nehmen nimmt genommen bringen mitnehmen | tomar toma llevar traer | 拿 带 取 | أخذ يأخذ جلب
put place_in placed set_down lay lays laid install installed fit fitted mount mounted attach attached | legen stellen anbringen einbauen installieren montieren aufgestellt | poner colocar instalar montan montar | 放 安装 放置 | وضع يضع تركيب
lock locked locks key_up seal sealed | sperren verriegeln abschließen | cerrar_con_llave bloquear | 锁 上锁 | قفل يقفل
unlock unlocked release released releases free_up publish published issue issued | entsperren freigeben veröffentlichen veröffentlicht herausgeben erscheinen | desbloquear liberar publicar publicado lanzar | 解锁 发布 释放 出版 | فتح_قفل إصدار نشر أصدر
enter entered entry admission enters go_in access | eintreten eintritt betreten zugang zutritt | entrar entrada acceso ingreso | 进入 入场 入口 门票 | دخول يدخل
visit visits visited visitor visitors guest guests attend attended attends attendance | besuchen besucht besucher gast gäste teilnehmen | visitar visita visitante visitantes asistir huésped | 参观 访问 访客 游客 | زيارة زائر يزور ضيف
join joined participate participant member members membership take_part | mitglied mitglieder beitreten teilnehmer mitgliedschaft | miembro miembros socio socios unirse participar | 会员 成员 参加 加入 | عضو أعضاء انضمام مشارك مشترك
meet meets met meeting meetings session gather gathering assembly held take_place takes_place | treffen trifft sitzung versammlung tagt stattfinden | reunir reunión reúne celebrar celebra sesión | 会议 开会 举行 见面 | اجتماع يجتمع لقاء
follow followed follows following comply | folgen folgt befolgen | seguir sigue siguiente | 跟随 遵守 | يتبع تابع
compare compared comparison | vergleichen vergleich | comparar comparación | 比较 | مقارنة
count counted counts number_of total sum amount | zählen anzahl gesamt summe | contar total suma cantidad número | 总数 计算 数量 总共 | عدد مجموع إجمالي
connect connected connection connections link linked join_up | verbinden verbindung verbunden anschließen | conectar conexión conectado | 连接 | اتصال يتصل ربط
download downloaded downloads fetch | herunterladen heruntergeladen | descargar descarga | 下载 | تحميل تنزيل
upload uploaded import imported imports importing | hochladen importieren einführen | subir importar importación | 上传 导入 进口 | رفع استيراد
export exported exports exporting | exportieren ausführen export | exportar exportación | 导出 出口 | تصدير
save saved saves saving | speichern gespeichert sichern sicherung | guardar guardado salvar | 保存 | حفظ
back_up backup backups backed_up | sicherung sicherungen datensicherung | copia_de_seguridad respaldo | 备份 | نسخ_احتياطي نسخة
load loaded reload charge charged charging charges recharge | laden geladen aufladen lädt | cargar carga recargar | 充电 加载 | شحن يشحن
discharge discharged unload | entladen | descargar | 放电 | تفريغ
enable enabled on_by_default turned_on turn_on switch_on switched_on activate activated | aktivieren einschalten eingeschaltet | activar activado encender habilitar | 启用 打开 开启 | تفعيل تشغيل
disable disabled off_by_default turned_off turn_off switch_off switched_off deactivate | deaktivieren ausschalten abschalten | desactivar apagar deshabilitar | 禁用 关闭 | تعطيل إيقاف
retry retries retried repeat repeated repeating | wiederholen wiederholung | repetir reintentar repetición | 重试 重复 | إعادة_محاولة تكرار
skip skipped skips pass_over | überspringen übersprungen | saltar omitir | 跳过 | تخطي
merge merged merges combine combined join_together | zusammenführen verbinden | fusionar combinar unir | 合并 | دمج
divide divided split splits separate separated | teilen geteilt trennen | dividir separar | 分开 分割 | تقسيم فصل
share shared shares | teilen gemeinsam anteil | compartir comparte cuota | 分享 共用 份额 | مشاركة حصة
ring rings alarm alarms alert alerts alerting sound_alarm warn warned warning warnings | alarm warnung warnen | alarma avisar alertar advertencia | 警报 警告 | إنذار تحذير
suffer experience undergo | leiden erfahren | sufrir | 遭受 | يعاني
recommend recommended recommendation advise advised advisable suggest suggested | empfehlen empfohlen empfehlung raten | recomendar recomienda aconsejar | 建议 推荐 | يوصي توصية نصيحة
prefer preferred preference favour favor | bevorzugen bevorzugt vorziehen lieber | preferir prefiere preferido | 偏好 更喜欢 | تفضيل يفضل
believe thought assume assumed suspect suspected | glauben vermuten annehmen | creer suponer pensar | 认为 相信 | يعتقد ظن
prove proved proven confirm confirmed proof | beweisen bewiesen bestätigen | probar confirmar demostrado | 证明 证实 | إثبات يثبت تأكيد
plan planned plans schedule scheduled intend | planen geplant plan vorsehen | planear planificar previsto plan | 计划 安排 | خطة يخطط تخطيط
hold_out last lasts lasted duration take_time pass_time passed_by long_as | dauern dauert dauer | durar dura duración | 持续 历时 | يستغرق تستغرق مدة يدوم
rain rains rained rainfall snow weather | regen regnet schnee wetter | llover lluvia nieve tiempo | 雨 下雨 雪 天气 | مطر أمطار ثلج طقس
light lit lighting lamp lamps | licht lampe beleuchtung leuchte | luz lámpara iluminación | 灯 光 照明 | ضوء مصباح إضاءة
weigh weighs weight weighing | wiegen wiegt gewicht | pesar pesa peso | 重 重量 | وزن يزن
drain drained outflow flow_out | abfluss ablassen | desagüe | 排水 | تصريف
sleep sleeps slept asleep overnight | schlafen schläft übernachten | dormir duerme | 睡 睡觉 过夜 | نوم ينام
cycle bicycle bike cycling cyclist bicycles | fahrrad rad radfahrer fahrräder | bicicleta ciclista | 自行车 骑车 | دراجة
play played player game games match | spielen spiel spieler | jugar juego partido jugador | 玩 比赛 游戏 | لعب يلعب مباراة لعبة
sing sings singer singers choir song | singen chor sänger lied | cantar coro cantante canción | 唱 合唱 歌 | غناء كورال أغنية
publish_work print printed edition | drucken gedruckt ausgabe | imprimir edición | 印刷 版 | طباعة طبعة
`;
