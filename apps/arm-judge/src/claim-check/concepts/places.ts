/** Same form as actions.ts: parts of the world, countries and languages, with their people. */
export const places = `
europe european | europa europäisch | europa europeo | 欧洲 | أوروبا
america american usa | amerika amerikanisch | américa americano estados_unidos | 美国 美洲 | أمريكا أمريكي
asia asian | asien asiatisch | asia asiático | 亚洲 | آسيا
africa african | afrika afrikanisch | áfrica africano | 非洲 | أفريقيا
germany german germans | deutschland deutsch deutsche | alemania alemán | 德国 德文 德语 | ألمانيا ألماني
france french | frankreich französisch | francia francés | 法国 法文 法语 | فرنسا فرنسي
spain spanish | spanien spanisch | españa español | 西班牙 西班牙文 西班牙语 | إسبانيا إسباني
england english britain british | england englisch großbritannien britisch | inglaterra inglés británico | 英国 英文 英语 | إنجلترا إنجليزي بريطانيا
china chinese | china chinesisch | china chino | 中国 中文 汉语 | الصين صيني
japan japanese | japan japanisch | japón japonés | 日本 日文 日语 | اليابان ياباني
italy italian | italien italienisch | italia italiano | 意大利 意大利文 | إيطاليا إيطالي
russia russian | russland russisch | rusia ruso | 俄罗斯 俄国 俄文 俄语 | روسيا روسي
arabia arabic arab | arabien arabisch | arabia árabe | 阿拉伯 阿拉伯文 阿拉伯语 | عربي العربية
india indian | indien indisch | india indio | 印度 | الهند هندي
turkey turkish | türkei türkisch | turquía turco | 土耳其 | تركيا تركي
poland polish | polen polnisch | polonia polaco | 波兰 | بولندا
netherlands dutch holland | niederlande niederländisch holland | holanda neerlandés | 荷兰 | هولندا
portugal portuguese | portugal portugiesisch | portugal portugués | 葡萄牙 | البرتغال
greece greek | griechenland griechisch | grecia griego | 希腊 | اليونان
rome roman | rom römisch | roma romano | 罗马 | روما
diet nutrition | ernährung nahrung | dieta alimentación | 饮食 营养 | غذاء
app apps | app | aplicación | 应用 应用程序 | تطبيق
project_plan projects | projekte | proyectos | 项目 | مشاريع
paid_version premium | bezahlversion | versión_de_pago | 付费版 付费 | مدفوع
free_version trial_version | gratisversion | versión_gratuita | 免费版 | مجاني
store_data stored storage | gespeichert speicherung | almacenar almacenado | 存储 保存 | تخزين محفوظ
`;
