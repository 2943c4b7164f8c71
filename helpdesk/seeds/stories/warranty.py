"""What broke, and what is done about it."""

from __future__ import annotations

from helpdesk.rules.status import Priority
from helpdesk.seeds.agent_steps import Move, Note, Reply, Sort, Take
from helpdesk.seeds.company import JONAS, LEGAL, MEI, RUTH, TOMASZ, WARRANTY
from helpdesk.seeds.customer_steps import Chat, Mail, MissedCall, Voicemail
from helpdesk.seeds.drawings import lost_loft
from helpdesk.seeds.people import CLAIMS, GIULIA, HANNAH, HARNESS, IKER
from helpdesk.seeds.scene import Story

CRAMPON_RECALL = Story("crampon-recall", (
    Chat("5h 10m", IKER, "Crampon recall: is batch K-0226 affected? Mine are Corvus, bought last "
         "autumn, and I guide on Saturday.",
         page="https://shop.tarnfold.example/recall/corvus"),
    Sort("5h 8m", TOMASZ, tags=("climbing", "recall"), priority=Priority.HIGH),
    Take("5h 8m", TOMASZ),
    Reply("5h 4m", TOMASZ,
          "Hello Iker. The recall names K-0198 to K-0224, so yours should be clear. Please don’t "
          "use them until I have it in writing: I’m asking the product team now.", fate="read"),
    Chat("4h 58m", IKER, "Thanks. The front rivets look dull compared with my old pair, if that "
         "tells them anything."),
    Note("4h 40m", TOMASZ, "Product team: K-0225 to K-0230 were made on the second press, not "
         "affected. They want a photo of the rivets to be sure."),
    Reply("4h 31m", TOMASZ, "I asked the product team, they would like a photo of the rivets "
          "from the side. If you can send one today, you have an answer before Saturday."),
    Chat("2h 4m", IKER, "I’m off the hill at five, photo then. Is the email on my account fine?"),
))  # fmt: skip

DOWN_JACKET = Story("down-jacket", (
    Mail("3d 7h", HANNAH,
         "Hello,\n\nafter the first wash my Tarn down jacket (M, dark blue) has flat chambers on "
         "both sleeves. I used down soap at 30 degrees, as the label says, and dried it on a rack "
         "for two days. Photo attached. Is this a fault?\n\nKind regards\nHannah Brandt",
         subject="Down jacket lost its loft after the first wash",
         files=(lost_loft("sleeve.png"),)),
    Move("3d 6h", JONAS, WARRANTY),
    Sort("3d 6h", JONAS, tags=("clothing",)),
    Take("2d 3h", TOMASZ),
    Reply("1d 4h", TOMASZ,
          "Hello Hannah,\n\nthat looks like wet down that has clumped, which can be put right. "
          "Could you tumble it with two tennis balls, low heat, for two hours, and shake it every "
          "half hour? If the chambers are still flat afterwards, we repair or replace it.\n\n"
          "Best wishes\nTomasz"),
))  # fmt: skip

HARNESS_CALL = Story("harness-call", (
    MissedCall("1h 52m", HARNESS, 24),
    Voicemail("1h 11m", HARNESS, 41,
              "Hi, I tried you earlier. It’s about the harness, the orange one. A stitch on the "
              "belay loop has come undone and I don’t know if I may still use it. "
              "I’m at work until four, please call me back after that."),
    Sort("1h 2m", JONAS, tags=("climbing",), priority=Priority.HIGH,
         subject="Missed call: stitch on a belay loop, asked to be called back after 16:00"),
    Move("1h 1m", JONAS, WARRANTY),
    Take("1h", JONAS),
))  # fmt: skip

SQUEAKING_BOOTS = Story("squeaking-boots", (
    Mail("2d 9h", GIULIA,
         "Good morning,\n\nmy Trail 3 boots (40) squeak at the left heel since the second walk. "
         "It is not the floor, it is the boot: my husband can hear me coming from the other "
         "valley. What can I do?\n\nGiulia Montefiore della Rovere",
         subject="The left boot squeaks"),
    Move("2d 8h", JONAS, WARRANTY),
    Sort("2d 8h", JONAS, tags=("boots",)),
    Take("2d 2h", TOMASZ),
    Reply("2d 1h", TOMASZ,
          "Good morning Giulia,\n\nplease take the insole out and put a little talcum powder "
          "under its heel; nine in ten boots are quiet after that. If yours is not, we exchange "
          "the pair.\n\nBest wishes\nTomasz", fate="bounced"),
    Note("1d 20h", TOMASZ, "The mail came back, her mailbox is gone. No telephone on record: wait "
         "for her to write again, then confirm the new address."),
))  # fmt: skip

CLAIM = Story("solicitors-claim", (
    Mail("1d 3h", CLAIMS,
         "Dear Sirs,\n\nwe act for a client who was injured on 3 October when the buckle of a "
         "Summit 45 pack gave way. We ask you to keep all records on that batch and to name the "
         "person to whom further letters should be addressed.\n\nYours faithfully\n"
         "Harrow & Pike Solicitors", subject="Notice of claim, our reference HP/2291"),
    Move("1d 2h", RUTH, LEGAL),
    Take("1d 2h", RUTH, MEI),
    Sort("1d 2h", RUTH, priority=Priority.HIGH),
    Note("22h", MEI, "Insurer informed, their reference is 77-1043. Nobody outside this team "
         "answers. Batch records from the pack line are frozen."),
))  # fmt: skip

STORIES = (CRAMPON_RECALL, DOWN_JACKET, HARNESS_CALL, SQUEAKING_BOOTS, CLAIM)
