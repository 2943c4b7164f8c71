"""Stories that have ended."""

from __future__ import annotations

from helpdesk.rules.status import Status
from helpdesk.seeds.agent_steps import Move, Note, Reply, Sort, Stand, Take
from helpdesk.seeds.company import JONAS, MEI, RUTH, TOMASZ, WARRANTY
from helpdesk.seeds.customer_steps import Chat, Mail, Text, Voicemail
from helpdesk.seeds.people import BEATRIX, ELIF, FATIMA, KONSTANTINOS, OSKAR
from helpdesk.seeds.scene import Story

EXPEDITION = Story("expedition-tents", (
    Mail("12d 6h", KONSTANTINOS,
         "Dear all,\n\nsix Ridge 4 tents arrived, five footprints. Our group flies on the 28th. "
         "The packing list in parcel 3 says six. Order TF-20712, copied to my colleague.\n\n"
         "Konstantinos Papadimitriou-Åkerlund\nÅkerlund & Søn Expeditions",
         subject="One footprint missing from TF-20712", cc="logistics@akerlund.example"),
    Take("12d 5h", JONAS),
    Sort("12d 5h", JONAS, tags=("tents", "delivery")),
    Reply("12d 4h", JONAS,
          "Dear Konstantinos,\n\nthe sixth footprint is still on our shelf, I have it in my hand. "
          "It leaves by express today and is with you the day after tomorrow.\n\n"
          "Sorry for the scare\nJonas"),
    Mail("12d 3h 59m", KONSTANTINOS,
         "I am travelling until the 20th and read mail in the evening only. For logistics, write "
         "to my colleagues.", headers=(("Auto-Submitted", "auto-replied"),)),
    Mail("10d 1h", KONSTANTINOS, "It is here. Thank you for the speed, we will send a photo from "
         "the plateau."),
    Stand("10d", JONAS, Status.RESOLVED),
))  # fmt: skip

STOVE_JET = Story("stove-jet", (
    Voicemail("7d 3h", OSKAR, 22,
              "Hello, Oskar here. My Basecamp stove burns yellow and soots the pot since I changed "
              "to another petrol. Do I need a new jet?"),
    Sort("7d 2h", TOMASZ, tags=("stoves",),
         subject="Stove burns yellow and soots since new petrol"),
    Move("7d 2h", TOMASZ, WARRANTY),
    Take("7d 2h", TOMASZ),
    Reply("7d 1h", TOMASZ, "Tarnfold: Hello Oskar. Yellow means too rich: clean the jet with the "
          "needle in the lid, then shake the bottle. If it stays yellow we send a 0.28 jet. Tomasz",
          channel="sms"),
    Text("6d 22h", OSKAR, "Blue again. The needle it was. Tack!"),
    Stand("6d 21h", TOMASZ, Status.RESOLVED),
))  # fmt: skip

WATER_FILTERS = Story("water-filters", (
    Mail("14d 2h", FATIMA,
         "Hello,\n\nthree of our twelve filters let hardly any water through after one weekend in "
         "the wadis. We rinsed them backwards as in the leaflet. What else?\n\nFatima al-Hashimi\n"
         "Dune Walkers Club", subject="Water filters slow after one weekend"),
    Move("14d 1h", JONAS, WARRANTY),
    Take("13d 22h", MEI),
    Reply("13d 21h", MEI,
          "Hello Fatima,\n\nfine silt goes deeper than rinsing reaches. Soak them overnight in "
          "warm water with a spoon of vinegar, then rinse backwards with pressure. Please tell us "
          "whether the flow comes back.\n\nBest wishes\nMei"),
    Mail("12d 4h", FATIMA, "Two came back, the third did not."),
    Reply("12d 2h", MEI, "Then the third one is ours to replace. A new one is on its way, and "
          "three pre-filters for the silt with it."),
    Mail("9d 8h", FATIMA, "Arrived. That is what I call service!"),
    Stand("9d 7h", MEI, Status.RESOLVED),
    Stand("2d 7h", RUTH, Status.CLOSED, reason="Quiet for a week."),
))  # fmt: skip

PACK_BUCKLE = Story("pack-buckle", (
    Chat("4d 1h", BEATRIX, "hi, the sternum buckle of my Fell 30 cracked in the cold. do you sell "
         "them separately?", page="https://shop.tarnfold.example/packs/fell-30"),
    Take("4d 54m", TOMASZ),
    Sort("4d 54m", TOMASZ, tags=("packs",)),
    Reply("4d 52m", TOMASZ, "Hello Beatrix, buckles are free for life. Is the strap 20 or 25 mm "
          "wide?", fate="read"),
    Chat("4d 50m", BEATRIX, "20! and thank you"),
    Reply("4d 47m", TOMASZ, "Two of them (one spare) go into the post today, to the address on "
          "your order TF-20951.", fate="read"),
    Note("4d 46m", TOMASZ, "Third cracked 20 mm buckle this month, all from the ochre batch. Told "
         "the pack line."),
    Stand("4d 45m", TOMASZ, Status.RESOLVED),
))  # fmt: skip

GIFT_CARD = Story("gift-card", (
    Mail("5d 9h", ELIF, "Hello, the gift card I bought (TF-21015) shows a balance of zero, my "
         "sister could not use it at the till. Elif Yıldırım",
         subject="Gift card shows no balance"),
    Take("5d 8h", JONAS),
    Reply("5d 7h", JONAS, "Hello Elif,\n\nthe card had not been switched on at the till. "
          "It is now, with 55 € instead of 50 for the embarrassment.\n\nBest wishes\nJonas"),
    Mail("4d 22h", ELIF, "It worked, thank you very much!"),
    Stand("4d 21h", JONAS, Status.RESOLVED),
))  # fmt: skip

STORIES = (EXPEDITION, STOVE_JET, WATER_FILTERS, PACK_BUCKLE, GIFT_CARD)
