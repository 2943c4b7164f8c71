"""Stories in Simplified and Traditional Chinese."""

from __future__ import annotations

from helpdesk.rules.status import Priority, Status
from helpdesk.seeds.agent_steps import Note, Reply, Snooze, Sort, Stand, Take
from helpdesk.seeds.company import JONAS, MEI, SHUHAO
from helpdesk.seeds.customer_steps import Chat, Mail, Text
from helpdesk.seeds.people import BOYU, JIANGUO, JIAYING, LIHUA, MEILING, XIAOMIN, YUQING
from helpdesk.seeds.scene import Story

BOOT_SIZE = Story("boot-size", (
    Chat("1d 18h", JIAYING, "請問訂單 TF-20877 可以換尺寸嗎？24 太緊，想換 24.5。",
         page="https://shop.tarnfold.example/zh/boots/ridge-mid"),
    Sort("1d 17h 50m", SHUHAO, tags=("boots", "size"),
         subject="登山鞋尺寸換貨：訂單 TF-20877 已寄出，但物流三天沒更新"),
    Reply("1d 17h 44m", SHUHAO,
          "您好，可以的。收到商品後 60 天內，未在戶外穿過的鞋子都能免費換尺寸。"
          "我先查一下包裹目前在哪裡。",
          fate="read"),
    Reply("5h", SHUHAO,
          "佳穎您好：\n\n包裹目前停在桃園轉運中心，我們已請物流改為直接退回，"
          "並從台北門市先寄出 24.5 的新鞋。請問您方便週五到店取嗎？\n\n張書豪", channel="email"),
    Note("4h 56m", SHUHAO, "台北門市 24.5 還有兩雙，已請同事保留到週五打烊。"
         "@Mei 若她週五趕不上，請改寄玉山登山口。"),
    Mail("18m", JIAYING,
         "謝謝您的回覆。我穿 24.5，週末就要上玉山，週五晚上七點前可以到店，請幫我保留。\n\n佳穎"),
    Mail("6m", JIAYING, "補充一下：如果門市七點就關門，我可以請妹妹六點先去拿，可以嗎？"),
))  # fmt: skip

STOVE_AT_ALTITUDE = Story("stove-at-altitude", (
    Chat("9m", JIANGUO, "炉头在海拔 4500 米点不着火，是气罐的问题吗？",
         page="https://shop.tarnfold.example/zh/stoves/alpine"),
    Chat("7m", JIANGUO, "用的是你们的冬季气罐，罐体已经用手捂热了，点火器有火花，就是不着。"),
    Sort("4m", SHUHAO, tags=("stoves",), priority=Priority.HIGH),
    Take("4m", SHUHAO),
    Reply("1m", SHUHAO, "您好！高海拔氧气少，请先把气阀只开四分之一圈，再用打火机点燃。"
          "火焰稳定后再慢慢开大。您现在是在营地吗？身边还有几只气罐？", fate="read"),
))  # fmt: skip

SLEEPING_BAG_REFUND = Story("sleeping-bag-refund", (
    Mail("6d 4h", LIHUA,
         "您好，\n\n订单 TF-20918 的羽绒睡袋标称 -15 ℃，我在 -5 ℃ 就冻醒了。"
         "睡袋没有弄脏，吊牌还在，想申请退款。请问怎么寄回？\n\n李丽华",
         subject="羽绒睡袋不保暖，申请退款（TF-20918）"),
    Take("6d 2h", SHUHAO),
    Sort("6d 2h", SHUHAO, tags=("refund",)),
    Reply("6d 1h", SHUHAO,
          "李女士您好：\n\n很抱歉让您受冻。-15 ℃ 是极限温度，舒适温度是 -7 ℃，"
          "商品页写得不够清楚，我们会改。您可以在 60 天内退货，运费由我们承担，"
          "退货单已附在您的账户页面。收到睡袋后三个工作日内退款。\n\n张书豪"),
    Mail("5d 3h", LIHUA, "好的，今天已经寄出，顺丰 SF1029 3847 56。"),
    Stand("5d 2h", SHUHAO, Status.WAITING, reason="等仓库收到包裹。"),
    Note("2d 5h", SHUHAO, "仓库已收到，成色全新。已提交退款 1899 元，@Jonas 请财务今天放行。"),
    Mail("33m", LIHUA, "已经五天了，退款还没有到账，麻烦帮我催一下，谢谢。"),
    Sort("20m", SHUHAO, tags=("refund",), priority=Priority.HIGH),
))  # fmt: skip

CHILDRENS_BOOTS = Story("childrens-boots", (
    Chat("1h 30m", XIAOMIN, "孩子的登山鞋 32 码穿着挤脚，大脚趾顶到头了，可以换 33 码吗？"
         "已经在户外穿过一次。",
         page="https://shop.tarnfold.example/zh/help/sizes"),
    Take("1h 24m", SHUHAO),
    Sort("1h 24m", SHUHAO, tags=("boots", "size")),
    Reply("1h 22m", SHUHAO, "您好！童鞋穿过一次也可以换，只要鞋底没有明显磨损。"
          "麻烦您拍一张鞋底的照片，好吗？",
          fate="read"),
    Chat("52m", XIAOMIN, "好的，晚上孩子放学回来拍。33 码蓝色还有货吗？"),
))  # fmt: skip

NEWSLETTER = Story("newsletter", (
    Text("3d 6h", BOYU, "想取消訂閱電子報，網頁上的連結打不開。"),
    Take("3d 5h", JONAS),
    Sort("3d 5h", JONAS, tags=("newsletter",), priority=Priority.LOW, subject="想取消訂閱電子報"),
    Reply("3d 5h", JONAS, "Tarnfold：已替您取消訂閱。下週一的一期已經排程，若您仍收到，請忽略。"),
    Text("3d 4h", BOYU, "好的，謝謝"),
    Snooze("3d 4h", JONAS, 3, reason="Check on Monday that the issue did not go to him."),
))  # fmt: skip

RAINCOAT = Story("raincoat", (
    Mail("8d 7h", MEILING,
         "你好，\n\n收到的防水外套顏色和網頁上不一樣，我訂的是墨綠，收到的是灰色。"
         "訂單 TF-20964。請問要怎樣換貨？\n\n黃美玲",
         subject="外套顏色不對，想換貨"),
    Take("8d 5h", SHUHAO),
    Reply("8d 4h", SHUHAO,
          "黃小姐您好：\n\n非常抱歉，倉庫揀錯了。墨綠 S 今天寄出，"
          "灰色的那件請交給送貨員帶回，不需付費。\n\n張書豪"),
    Mail("5d 2h", MEILING, "已經收到墨綠色的，很合身，多謝！"),
    Stand("5d 1h", SHUHAO, Status.RESOLVED),
))  # fmt: skip

TREKKING_POLES = Story("trekking-poles", (
    Mail("11d 3h", YUQING,
         "您好，登山杖其中一支鎖不緊，用力撐就會縮短。"
         "訂單 TF-20980。請問是送修還是換新？\n\n鄭雨晴",
         subject="登山杖鎖不緊"),
    Take("11d", MEI),
    Reply("10d 22h", MEI,
          "雨晴您好：\n\n請先把杖身拉開，轉動下節到底再回轉半圈，擦乾淨後重新鎖緊，多數情況就好了。"
          "若仍會縮短，我們直接換新。\n\n陳美"),
    Mail("10d 20h", YUQING, "照您說的做就好了，謝謝！"),
    Stand("10d 19h", MEI, Status.RESOLVED, reason="Cleaned, locks again."),
))  # fmt: skip

STORIES = (BOOT_SIZE, STOVE_AT_ALTITUDE, SLEEPING_BAG_REFUND, CHILDRENS_BOOTS, NEWSLETTER,
           RAINCOAT, TREKKING_POLES)  # fmt: skip
