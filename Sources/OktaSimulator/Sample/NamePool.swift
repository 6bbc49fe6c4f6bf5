import Foundation

/// Given and family names of one part of the world, as people write them, each with the letters that its e-mail
/// addresses use.
struct NamePool: Sendable {
    struct Name: Sendable {
        let shown: String
        let ascii: String
    }

    let given: [Name]
    let family: [Name]

    /// - Parameters: names with spaces between; `Zoë:zoe` where the address differs from the lower-case letters.
    private init(_ given: String, _ family: String) {
        self.given = Self.names(given)
        self.family = Self.names(family)
    }

    private static func names(_ text: String) -> [Name] {
        text.split(separator: " ").map { entry in
            let parts = entry.split(separator: ":")
            let shown = String(parts[0]).replacing("_", with: " ")
            let ascii = parts.count > 1 ? String(parts[1]) : shown.lowercased().filter { $0.isASCII && $0.isLetter }
            return Name(shown: shown, ascii: ascii)
        }
    }

    static let all = [
        english, iberian, french, german, nordic, slavic, turkish, cyrillic, greek, arabic, hebrew, chinese, japanese,
        korean, hindi, thai, vietnamese, african,
    ]

    private static let english = NamePool(
        "Grace Liam Olivia Noah Emma Oliver Sophie James Charlotte Henry Alice George Ruby Jack Niamh Declan",
        "O'Brien O'Neill Smith Taylor Walker Hughes D'Arcy McCarthy Lloyd-Jones Wright Hall Green St._John:stjohn Cooper"
    )
    private static let iberian = NamePool(
        "Ana João:joao Inês:ines José:jose María:maria Nuño:nuno Lucía:lucia Andrés:andres Conceição:conceicao Beatriz",
        "García:garcia Muñoz:munoz Silva Gonçalves:goncalves Peña:pena Ibáñez:ibanez Araújo:araujo da_Costa:dacosta López:lopez"
    )
    private static let french = NamePool(
        "Chloé:chloe Zoë:zoe François:francois Amélie:amelie Benoît:benoit Noémie:noemie Loïc:loic Hélène:helene Gaël:gael",
        "Lefèvre:lefevre Martin Dupré:dupre L'Hôte:lhote d'Aubigné:daubigne Béranger:beranger Legrand Côté:cote Moreau"
    )
    private static let german = NamePool(
        "Jürgen:juergen Käthe:kaethe Björn:bjoern Lena Sören:soeren Änne:aenne Max Jörg:joerg Lukas Frauke",
        "Müller:mueller Groß:gross Schäfer:schaefer Weiß:weiss von_der_Heide:vonderheide Köhler:koehler Becker Jäger:jaeger"
    )
    private static let nordic = NamePool(
        "Åsa:asa Øyvind:oyvind Søren:soren Sigríður:sigridur Þór:thor Linnéa:linnea Märta:marta Håkon:hakon Aino",
        "Lindqvist Ødegård:odegard Jónsdóttir:jonsdottir Bjørnsen:bjornsen Virtanen Hämäläinen:hamalainen Åkesson:akesson"
    )
    private static let slavic = NamePool(
        "Łukasz:lukasz Małgorzata:malgorzata Žofie:zofie Jiří:jiri Ildikó:ildiko Ștefan:stefan Željko:zeljko Dorota Emil",
        "Wiśniewski:wisniewski Dąbrowska:dabrowska Novák:novak Dvořák:dvorak Szűcs:szucs Ionescu Šarić:saric Wójcik:wojcik"
    )
    private static let turkish = NamePool(
        "Ayşe:ayse Çağla:cagla Göksu:goksu İpek:ipek Umut Şule:sule Oğuz:oguz Ömer:omer Tuğba:tugba Deniz",
        "Yılmaz:yilmaz Öztürk:ozturk Şahin:sahin Çelik:celik Yıldız:yildiz Kaya Güneş:gunes Doğan:dogan"
    )
    private static let cyrillic = NamePool(
        "Анна:anna Дмитро:dmytro Сергей:sergey Олена:olena Їжак:yizhak Иван:ivan Наталья:natalya Юрій:yuriy Ђорђе:djordje",
        "Шевченко:shevchenko Кузнецов:kuznetsov Іваненко:ivanenko Петров:petrov Щербак:shcherbak Попов:popov Ковач:kovac"
    )
    private static let greek = NamePool(
        "Ελένη:eleni Γιώργος:giorgos Μαρία:maria Νίκος:nikos Κωνσταντίνα:konstantina Σπύρος:spyros Ιωάννα:ioanna",
        "Παπαδόπουλος:papadopoulos Γεωργίου:georgiou Οικονόμου:oikonomou Νικολάου:nikolaou Ξανθός:xanthos"
    )
    private static let arabic = NamePool(
        "ليلى:layla محمد:mohammed فاطمة:fatima يوسف:youssef نور:nour عمر:omar سارة:sara خالد:khaled فرح:farah",
        "حداد:haddad الخطيب:alkhatib منصور:mansour العلي:alali قاسم:qasim نجار:najjar شريف:sharif"
    )
    private static let hebrew = NamePool(
        "נועה:noa דוד:david תמר:tamar יואב:yoav שירה:shira אורי:uri מיכל:michal",
        "כהן:cohen לוי:levi מזרחי:mizrahi פרץ:peretz ביטון:biton אברהם:avraham"
    )
    private static let chinese = NamePool(
        "伟:wei 秀英:xiuying 娜:na 敏:min 静:jing 强:qiang 洋:yang 艳:yan 子轩:zixuan 雨桐:yutong",
        "王:wang 李:li 张:zhang 刘:liu 陈:chen 欧阳:ouyang 赵:zhao 黄:huang 司马:sima"
    )
    private static let japanese = NamePool(
        "陽菜:hina 蓮:ren さくら:sakura 大翔:hiroto 結衣:yui 翔太:shota 美咲:misaki ユウキ:yuki 健一:kenichi",
        "佐藤:sato 鈴木:suzuki 高橋:takahashi 渡辺:watanabe 斎藤:saito 山本:yamamoto 髙田:takada 小林:kobayashi"
    )
    private static let korean = NamePool(
        "민준:minjun 서연:seoyeon 지우:jiwoo 하은:haeun 도윤:doyun 수아:sua 지훈:jihun",
        "김:kim 이:lee 박:park 최:choi 정:jung 강:kang 남궁:namgung"
    )
    private static let hindi = NamePool(
        "आरव:aarav प्रिया:priya अर्जुन:arjun दीपिका:deepika रोहन:rohan काव्या:kavya विक्रम:vikram मीरा:meera",
        "शर्मा:sharma पटेल:patel सिंह:singh गुप्ता:gupta अय्यर:iyer चट्टोपाध्याय:chattopadhyay रेड्डी:reddy"
    )
    private static let thai = NamePool(
        "สมชาย:somchai มาลี:malee อนันต์:anan ศิริพร:siriporn กิตติ:kitti พิมพ์:pim",
        "ใจดี:jaidee สุขสวัสดิ์:suksawat ศรีสุวรรณ:srisuwan ทองดี:thongdee วงศ์:wong"
    )
    private static let vietnamese = NamePool(
        "Dũng:dung Hương:huong Linh Tuấn:tuan Ngọc:ngoc Đức:duc Thảo:thao Phượng:phuong",
        "Nguyễn:nguyen Trần:tran Lê:le Phạm:pham Hoàng:hoang Đặng:dang Bùi:bui"
    )
    private static let african = NamePool(
        "Ben Adaeze Kwame Ọlá:ola Thandiwe Sipho Amara Chidi Wanjiru Nomvula Abebe Zawadi",
        "Okafor Adébáyọ̀:adebayo Mensah Nkosi Mwangi Diallo N'Diaye:ndiaye Tesfaye Boateng van_Wyk:vanwyk"
    )
}
