"""One customer, four channels, one transcript: the pole of a tent, two days before a trip."""

from __future__ import annotations

from helpdesk.rules.status import Priority
from helpdesk.seeds.agent_steps import Note, Reply, Sort, Take
from helpdesk.seeds.company import MEI, TOMASZ
from helpdesk.seeds.customer_steps import Chat, Mail, Text, Voicemail
from helpdesk.seeds.drawings import page, snapped_pole
from helpdesk.seeds.people import ALEKSANDRA
from helpdesk.seeds.scene import Story

_PAGE = "https://shop.tarnfold.example/tents/ridge-2"
_COURIER = (
    "Tarnfold: your pole set is with the courier, TRK 8841 203 55. Delivery tomorrow 8:00 to "
    "18:00. Reply here if that does not work. Mei"
)

RIDGE_POLE = Story("ridge-2-pole", (
    Chat("2d 5h 27m", ALEKSANDRA,
         "Hi! One of the poles of my Ridge 2 snapped on the second night out. We leave for "
         "Knoydart on Friday. Can I get a replacement before then?", page=_PAGE),
    Sort("2d 5h 26m", MEI, tags=("tents",), priority=Priority.HIGH,
         subject="Tent pole snapped on the second night, need a replacement before Friday’s trip "
                 "to Knoydart"),
    Take("2d 5h 23m", MEI),
    Reply("2d 5h 22m", MEI,
          "Hello Aleksandra, I’m Mei from the warranty team. Could you send a photo of the break, "
          "and of the number printed at the end of the pole?", fate="read"),
    Chat("2d 5h 18m", ALEKSANDRA, "Here. The number is rubbed off, sorry.", page=_PAGE,
         files=(snapped_pole("IMG_2231.png", 0.3), snapped_pole("IMG_2232.png", -0.2))),
    Reply("2d 4h 49m", MEI,
          "Hello Aleksandra,\n\nthank you for the photos. This is the 2024 pole, and it is under "
          "warranty. Two ways to have it by Friday: a courier on Thursday, or collect it in our "
          "Leeds shop. Which one suits you?\n\nBest wishes\nMei", channel="email"),
    Mail("2d 3h 3m", ALEKSANDRA,
         "Courier please! Same address as on the order. My mobile is better than mail from "
         "tomorrow on, we’re driving up.\n\nAleksandra",
         files=(page("order-TF-20931.pdf", "Tarnfold", "Order TF-20931", "1 x Ridge 2 tent, moss",
                     "GBP 389.00, paid"),)),
    Note("2d 2h 41m", TOMASZ,
         "@Mei Leeds has three sets left (bin 14-C). If the courier slips, they can hold one at "
         "the desk under the ticket number."),
    Sort("1d 6h 29m", MEI, priority=Priority.URGENT),
    Reply("22h 9m", MEI, _COURIER, channel="sms", fate="30003"),
    Reply("21h 24m", MEI, _COURIER, channel="sms"),
    Voicemail("21m", ALEKSANDRA, 31,
              "Hello Mei, it’s Aleksandra. The courier says eight to six, and we leave at seven. "
              "I could be in Leeds by six, maybe sixish."),
    Note("16m", MEI,
         "Called her back, 4 min. The courier is no use then. I promised an answer today: asking "
         "Leeds to hold a set."),
    Text("5m", ALEKSANDRA,
         "Sorry to push. Can the Leeds shop hold one for me instead? I can be there before 18:00"),
    Text("3m", ALEKSANDRA, "Actually 17:30 is fine too, traffic is good"),
))  # fmt: skip

STORIES = (RIDGE_POLE,)
