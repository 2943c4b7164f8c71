"""The customers of the demo company. None of them exists: the addresses end in .example, and the
telephone numbers are those that Ofcom keeps for drama (+44 7700 900xxx)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bought:
    """An order: ``days`` is how long ago it was placed."""

    number: str
    summary: str
    days: int
    amount: str
    currency: str
    state: str


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. An address in ``claimed`` was only said, never proved."""

    name: str
    locale: str
    email: str = ""
    phone: str = ""
    organization: str = ""
    years: float = 1.0  # how long they have been a customer
    claimed: tuple[str, ...] = ()
    orders: tuple[Bought, ...] = ()

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


ALEKSANDRA = Person(
    "Aleksandra Wiśniewska-Montgomery",
    "en",
    "aleksandra.wm@fjellpost.example",
    "+447700900318",
    "Calder Valley Mountain Rescue",
    3.2,
    orders=(
        Bought("TF-20931", "Ridge 2 tent, moss", 17, "389.00", "GBP", "delivered"),
        Bought("TF-21007", "Pole set Ridge 2", 1, "0.00", "GBP", "shipped"),
    ),
)
JIAYING = Person(
    "林佳穎",
    "zh-Hant",
    "chiaying.lin@yushan.example",
    "+447700900427",
    years=3.1,
    orders=(Bought("TF-20877", "岩脊中筒登山鞋 24", 9, "1210.00", "HKD", "returned"),),
)
JIANGUO = Person(
    "王建国",
    "zh-Hans",
    "wang.jianguo@gongga.example",
    "+447700900512",
    years=0.4,
    orders=(Bought("TF-20990", "高山分体炉头，冬季气罐 3 只", 12, "1268.00", "CNY", "delivered"),),
)
MARCUS = Person(
    "Marcus Oyelaran",
    "en",
    "marcus.oyelaran@postbox.example",
    years=2.0,
    orders=(
        Bought("TF-20841", "Summit 45 pack, slate", 11, "164.00", "GBP", "delivered"),
        Bought("TF-20842", "Summit 45 pack, slate", 11, "164.00", "GBP", "placed"),
    ),
)
SOPHIE = Person(
    "Sophie Delacroix",
    "en",
    "sophie.delacroix@courrier.example",
    years=0.8,
    orders=(Bought("TF-21033", "Footprint Ridge 2, snow pegs", 1, "66.00", "EUR", "packed"),),
)
IKER = Person(
    "Iker Etxeberria",
    "en",
    "iker@mendi.example",
    "+447700900233",
    years=4.5,
    orders=(
        Bought("TF-18220", "Corvus crampons, batch K-0226", 390, "189.00", "EUR", "delivered"),
    ),
)
HANNAH = Person(
    "Hannah Brandt",
    "en",
    "hannah.brandt@briefkasten.example",
    years=1.4,
    orders=(Bought("TF-20555", "Tarn down jacket, M", 48, "279.00", "EUR", "delivered"),),
)
SCOUTS = Person(
    "1st Hebden Bridge Scouts",
    "en",
    "quartermaster@hebdenscouts.example",
    "+447700900611",
    "1st Hebden Bridge Scouts",
    5.0,
    orders=(Bought("TF-21020", "24 headlamps, 24 battery packs", 4, "912.00", "GBP", "placed"),),
)
BOYU = Person("陳柏宇", "zh-Hant", "boyu.chen@yushan.example", "+447700900440", years=1.1)
HARNESS = Person("", "en", phone="+447700900142", years=0.1)
KONSTANTINOS = Person(
    "Konstantinos Papadimitriou-Åkerlund",
    "en",
    "k.papadimitriou@akerlund.example",
    "+447700900702",
    "Åkerlund & Søn Expeditions",
    6.3,
    orders=(
        Bought("TF-20712", "6 Ridge 4 tents, 6 footprints", 35, "4290.00", "EUR", "delivered"),
    ),
)
MEILING = Person(
    "黃美玲",
    "zh-Hant",
    "meiling.wong@victoriapeak.example",
    "+447700900455",
    years=2.3,
    orders=(Bought("TF-20964", "防水外套 女裝 S", 14, "1580.00", "HKD", "delivered"),),
)
LIHUA = Person(
    "李丽华",
    "zh-Hans",
    "li.lihua@gongga.example",
    years=1.7,
    orders=(
        Bought("TF-20918", "羽绒睡袋 -15 ℃", 19, "1899.00", "CNY", "delivered"),
        Bought("TF-21044", "充气防潮垫", 2, "499.00", "CNY", "shipped"),
    ),
)
NIAMH = Person(
    "Niamh O’Raghallaigh",
    "en",
    "niamh@brandonpoint.example",
    "+447700900819",
    years=0.6,
    orders=(Bought("TF-21002", "Trail 3 boots, 39", 6, "175.00", "EUR", "shipped"),),
)
GIULIA = Person(
    "Giulia Montefiore della Rovere",
    "en",
    "giulia.montefiore@lettera.example",
    years=2.8,
    orders=(Bought("TF-20799", "Trail 3 boots, 40", 26, "175.00", "EUR", "delivered"),),
)
OSKAR = Person(
    "Oskar Lindqvist",
    "en",
    "oskar.lindqvist@norrsken.example",
    "+447700900930",
    years=3.9,
    orders=(Bought("TF-19310", "Basecamp stove", 210, "98.00", "EUR", "delivered"),),
)
FATIMA = Person(
    "Fatima al-Hashimi",
    "en",
    "fatima@dunewalkers.example",
    organization="Dune Walkers Club",
    years=1.0,
    orders=(Bought("TF-20888", "12 water filters", 21, "468.00", "GBP", "delivered"),),
)
BEATRIX = Person(
    "Beatrix van der Meulen-Oosterhuis",
    "en",
    "bea@poldermail.example",
    "+447700900777",
    years=0.9,
    orders=(Bought("TF-20951", "Fell 30 pack, ochre", 15, "119.00", "EUR", "delivered"),),
)
RAJESH = Person(
    "Rajesh Venkataraghavan",
    "en",
    "rajesh.v@nilgiri.example",
    "+447700900654",
    years=0.2,
    orders=(Bought("TF-21049", "Ridge 2 tent, ochre", 1, "389.00", "GBP", "placed"),),
)
XIAOMIN = Person(
    "赵晓敏",
    "zh-Hans",
    "zhao.xiaomin@gongga.example",
    "+447700900533",
    years=0.5,
    orders=(Bought("TF-20975", "儿童登山鞋 32", 13, "429.00", "CNY", "delivered"),),
)
TOM = Person(
    "Tom Ashworth",
    "en",
    "tom.ashworth@calderpost.example",
    "+447700900866",
    years=7.2,
    claimed=("t.ashworth@old-mill.example",),
    orders=(Bought("TF-15102", "Corvus ice axe", 900, "134.00", "GBP", "delivered"),),
)
CLAIMS = Person(
    "Harrow & Pike Solicitors",
    "en",
    "claims@harrowpike.example",
    organization="Harrow & Pike Solicitors",
    years=0.1,
)
ELIF = Person(
    "Elif Yıldırım",
    "en",
    "elif.yildirim@posta.example",
    years=0.3,
    orders=(Bought("TF-21015", "Gift card, 50 €", 5, "50.00", "EUR", "delivered"),),
)
YUQING = Person(
    "鄭雨晴",
    "zh-Hant",
    "yuching.cheng@yushan.example",
    years=0.7,
    orders=(Bought("TF-20980", "登山杖一對", 13, "690.00", "HKD", "delivered"),),
)

PEOPLE = (
    ALEKSANDRA, JIAYING, JIANGUO, MARCUS, SOPHIE, IKER, HANNAH, SCOUTS, BOYU, HARNESS,
    KONSTANTINOS, MEILING, LIHUA, NIAMH, GIULIA, OSKAR, FATIMA, BEATRIX, RAJESH, XIAOMIN, TOM,
    CLAIMS, ELIF, YUQING,
)  # fmt: skip
