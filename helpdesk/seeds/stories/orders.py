"""What was ordered, paid, sent, and what went wrong on the way."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.rules.status import Priority, Status
from helpdesk.seeds.agent_steps import Note, Reply, Sort, Stand, Take
from helpdesk.seeds.company import JONAS, SHUHAO
from helpdesk.seeds.customer_steps import Chat, Mail, Text
from helpdesk.seeds.drawings import page
from helpdesk.seeds.people import MARCUS, NIAMH, RAJESH, SCOUTS, SOPHIE, TOM
from helpdesk.seeds.scene import Story

CHARGED_TWICE = Story("charged-twice", (
    Mail("3d 2h", MARCUS,
         "Hi,\n\nI ordered one Summit 45 pack and my bank shows two charges of £164.00 from you on "
         "the same minute. The confirmation mail says TF-20841, a second one TF-20842. I only "
         "pressed the button once.\n\nMarcus",
         subject="Fwd: Invoice 20841 charged twice?? See the statement from my bank",
         files=(page("statement.pdf", "Account statement (extract)", "TARNFOLD TF-20841  164.00",
                     "TARNFOLD TF-20842  164.00"),)),
    Take("3d 1h", JONAS),
    Sort("3d 1h", JONAS, tags=("invoice", "refund")),
    Reply("3d 50m", JONAS,
          "Hello Marcus,\n\nyou are right, the shop took the order twice. I have cancelled "
          "TF-20842 before it was packed; the £164.00 go back to the same card and should be there "
          "within three working days.\n\nSorry about that\nJonas"),
    Mail("2d 22h", MARCUS, "Thank you, that was quick!"),
    Stand("2d 21h", JONAS, Status.RESOLVED),
    Mail("28m", MARCUS,
         "Both charges are still there this morning, and it is the third working day. Could you "
         "check that the refund really left?\n\nMarcus"),
))  # fmt: skip

CHANGE_OF_ADDRESS = Story("change-of-address", (
    Chat("2h 20m", SOPHIE, "Can I still change the delivery address?", signed_in=False,
         page="https://shop.tarnfold.example/help/delivery"),
    Take("2h 14m", JONAS),
    Reply("2h 13m", JONAS, "Hello! Yes, as long as the parcel is not with the courier. What is "
          "the order number, and the right address?", fate="read"),
    Chat("2h 9m", SOPHIE, "TF-21033, under my email. It is 14 rue des Lilas, not 41",
         signed_in=False),
    Note("2h 1m", JONAS, "Not signed in: the address on TF-21033 is Sophie Delacroix’s, but this "
         "visitor has not shown that they are her. Asked her to log in to the shop first."),
    Reply("2h", JONAS, "Thank you. For your safety I may only change it when you are logged in: "
          "please open the chat from your account page, then I do it at once.", fate="read"),
    Chat("41m", SOPHIE, "ok, on the train now, will log in when I am home. Please do not send it "
         "before!", signed_in=False),
))  # fmt: skip

GROUP_ORDER = Story("group-order", (
    Mail("4d 5h", SCOUTS,
         "Dear Tarnfold,\n\nwe ordered 24 headlamps and 24 battery packs for our winter camp. As "
         "a registered charity we would need the invoice without VAT. Can you change it, or is it "
         "a new order?\n\nYours in scouting\nThe quartermaster, 1st Hebden Bridge Scouts",
         subject="Group order: 24 headlamps, invoice without VAT for a charity"),
    Take("4d 3h", JONAS),
    Sort("4d 3h", JONAS, tags=("group order", "invoice")),
    Reply("4d 2h", JONAS,
          "Hello,\n\nno new order is needed. Zero rating is for certain goods only, and I am "
          "asking our accountant whether headlamps are among them.\n\nBest wishes\nJonas"),
    Note("2d 4h", JONAS, "Accountant: headlamps are not zero-rated for charities, but the "
         "education discount of 12 % applies. Needs their charity number."),
    Reply("2d 3h", JONAS,
          "Hello again,\n\nheadlamps cannot be sold without VAT, I’m sorry. What we can do is our "
          "education price, 12 % off, which comes to £802.56. We need your charity number to book "
          "it: could you send it?\n\nBest wishes\nJonas"),
))  # fmt: skip

LOST_PARCEL = Story("lost-parcel", (
    Text("1d 8h", NIAMH, "Hi, tracking for TF-21002 says delivered but theres nothing here and "
         "the neighbours dont have it either. Niamh"),
    Take("1d 7h", JONAS),
    Sort("1d 7h", JONAS, tags=("delivery", "boots")),
    Reply("1d 7h", JONAS, "Tarnfold: sorry Niamh. The courier says it was left in the porch at "
          "Brandon Point 3. Is that you? Jonas", fate="30003"),
    Reply("1d 5h", JONAS, "Tarnfold: sorry Niamh. The courier says it was left in the porch at "
          "Brandon Point 3. Is that you? Jonas"),
    Text("1d 4h", NIAMH, "No, were number 8! 3 is the holiday house, empty since September"),
    Reply("7h", JONAS, "Tarnfold: the driver goes back to number 3 tomorrow morning. If the boots "
          "are gone, a new pair leaves the same day. Jonas"),
))  # fmt: skip

CANCEL = Story("cancel-order", (
    Text("2m", RAJESH, "Please cancel TF-21049, ordered the wrong colour. I want moss not ochre. "
         "Or can you just swap it? Rajesh"),
))  # fmt: skip

_TOM_ELSEWHERE = replace(TOM, email=TOM.claimed[0])
CHANGED_MAIL = Story("changed-mail", (
    Mail("1d 1h", _TOM_ELSEWHERE,
         "Hello,\n\nI no longer use my calderpost address. Could you move my account, with the ice "
         "axe and the repairs, to this one?\n\nTom Ashworth",
         subject="New email address for my account", proved=False),
    Take("23h", SHUHAO),
    Note("22h", SHUHAO, "The old address is verified, this one is only claimed. Ask for a proof "
         "before anything about the orders is said here."),
    Reply("22h", SHUHAO,
          "Hello Tom,\n\ngladly. To be sure that it is you, please write to us once from the "
          "calderpost address, or enter the code from the shop’s account page here.\n\n"
          "Best wishes\n张书豪"),
    Sort("21h", SHUHAO, priority=Priority.LOW),
))  # fmt: skip

STORIES = (CHARGED_TWICE, CHANGE_OF_ADDRESS, GROUP_ORDER, LOST_PARCEL, CANCEL, CHANGED_MAIL)
