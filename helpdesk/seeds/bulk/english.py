"""Phrase parts in English: what customers ask an outdoor shop, and what it answers."""

from __future__ import annotations

from helpdesk.seeds.bulk.topic import Topic, cases, lines

GREETINGS = lines("""
Hello,
Hi there,
Good morning,
Dear Tarnfold team,
Hi,
Good evening,
""")

BYES = lines("""
Kind regards
Many thanks
Best
Thanks in advance
All the best
Cheers
""")

FOLLOW_UPS = lines("""
Thank you for the quick answer. I will try it tonight and tell you.
I have done what you said and nothing has changed.
Any news? I am leaving at the weekend.
The photo is attached, I hope it is sharp enough.
That works for me, please go ahead.
Sorry, I meant the other one, the older of the two.
Could somebody ring me about this? I am free after four.
I still have the receipt and the box, if that helps.
It arrived this morning. Thank you.
One more question: does the guarantee go on from the first purchase?
My neighbour has the same and hers is fine.
Please use my work address for the delivery.
""")

ASIDES = lines("""
We have been coming to your shop since my first scout camp.
I know you are busy before the holidays.
The weather was dry the whole week.
My daughter uses it more than I do.
I read the page in your help centre and it did not cover this.
It was a present, so I have no invoice.
I am happy to bring it to the Leeds shop.
I wrote to you in spring about something else and you were very kind.
""")

NOTES = lines("""
Checked the stock: two left in Leeds, none in the warehouse until Thursday.
Third one from this batch this month. Told the product team.
Customer rang as well, same story, calmer than the mail.
Approved as goodwill, they have been with us for years.
Waiting for the courier's investigation, reference in the order.
Do not promise a date: the container is still at sea.
""")

PROMISES = lines("""
Thank you, I pass this on and write to you again tomorrow.
I have sent it off this afternoon, the tracking number follows by itself.
I have asked the workshop and will have an answer by Friday.
Glad to hear that. Is there anything else?
That is noted on your order, so nobody has to ask again.
""")

SIGN_OFFS = lines("""
Best wishes
Kind regards
Have a good trip
Enjoy the hills
""")

TOPICS = (
    Topic("tents", "Warranty", cases("""
Tent pole snapped in the wind
One of the poles of my tent broke on the second night in a gale.
Please send a photo of the break and of the number printed at the end of the pole.

Replacement pole section for my tent
The curved section of the pole has split along its length.
That is a case for the warranty. A new section leaves our workshop tomorrow.

Flysheet leaks along the seam
The seam tape comes off on the windward side and water drips on the sleeping bags.
Dry it in the shade and reseal the seam with the tube in your repair kit; we send you another.

Zip of the inner tent is stuck
The zip of the inner tent catches the fabric at every bend.
Rub a little candle wax on the teeth; if it still catches we change the slider for free.

Pegs bent on the first pitch
Four of the eight pegs bent in ordinary meadow ground.
That should not happen. Eight of the stronger sort are in the post.

Coating has become sticky
The coating inside the fly has become sticky and smells.
The coating has aged. Within five years we replace the fly, so please send us the order number.
""")),
    Topic("boots", "Orders", cases("""
Boots too tight, exchange for a larger size
The boots fit in the shop and press on the toes after an hour downhill.
You can exchange them free of charge within 60 days, worn once or twice is fine.

Sole comes off at the toe
The rubber at the toe has come away from the leather after three walks.
Our cobbler can glue and stitch the toe, it takes a week and costs you nothing.

Wrong size delivered
I ordered a 42 and the box says 42, but the boots in it are 41.
I am sorry. Please send them back with the label in this mail, the right size leaves today.

Left boot squeaks
The left heel squeaks at every step and no powder helps.
Then it is the insole board. We exchange the pair, a parcel label is attached.

How do I care for waxed leather?
The leather has gone pale and hard after the snow.
Clean them with cold water, stuff them with paper and wax them while still damp.

Laces too short
The laces are too short for the upper hooks.
A pair of 180 cm is in the post, with our compliments.
""")),
    Topic("stoves", "Warranty", cases("""
Stove does not light above 4000 metres
The stove lit at home and refuses at the high camp, though there is a spark.
Open the valve a quarter turn only and light it with a lighter, there is less oxygen up there.

Yellow flame and soot
The flame burns yellow and the pot is black after one brew.
Clean the jet with the needle in the lid; if it stays yellow we send you a new one.

Which gas fits my stove?
I cannot find on the canister whether its thread fits your burner.
Any canister with a screw thread to EN 417 fits. Below zero, take winter gas.

Stove leaks at the valve
There is a hiss at the valve even when it is closed.
Please do not use it any more. We send a prepaid parcel and a new valve.

Canister empty too soon
The canister was empty after two evenings instead of five.
In the wind a stove takes twice the gas. A screen helps, never closed all round.
""")),
    Topic("delivery", "Orders", cases("""
Where is my parcel?
The tracking has not moved for six days.
I have asked the courier to trace it, they have two working days to answer.

Parcel marked as delivered but not here
The courier says it was handed over, but nobody here has seen it.
The driver says he left it in the porch of the house next door. Could you look there?

Change of delivery address
I am moving house at the end of the week and need the new address on the parcel.
The address is changed; you get a new tracking number within the hour.

Delivery came damaged
The box was open at one corner and the mug in it is broken.
I am sorry. A replacement leaves today, no need to return the broken one.

Delivery on the wrong day
I was told Tuesday, took the day off, and nobody came.
It can wait for you in the Leeds shop from tomorrow, if that is easier.

Delivered to the wrong house
The parcel went to number 3, we are number 8.
The driver goes back tomorrow. If it is gone, we send another at once.
""")),
    Topic("refund", "Orders", cases("""
Refund has not arrived
I sent the goods back two weeks ago and the money is not on my account.
The refund left us today and takes up to five working days at your bank.

Charged twice for one order
My card was charged twice for the same basket within a minute.
You are right, the second charge is cancelled and never leaves your account.

Return of two items
I would like to return two of the three items and keep the third.
The return label is attached. We refund as soon as the parcel is scanned.

Cancel my order
Please cancel the order, I picked the wrong colour.
It is cancelled. Nothing was taken from your card.

Refund to another card
The card I paid with has expired, where does the refund go?
Your bank passes it on to the new card. If not after ten days, tell us.
""")),
    Topic("invoice", "Orders", cases("""
Invoice with our company's name
Our accounts department needs the invoice in the company's name.
The corrected invoice is attached, the first one is void.

VAT number missing on the invoice
The VAT number we entered is not printed on the invoice.
Please send us the number and we correct it today.

Copy of an old invoice
I need a copy of last year's invoice for the insurance.
You can download every invoice from your account page; I attach this one, too.

Invoice for a charity
We are a registered charity and would like to know about your terms.
Charities have 12 % off the whole range. Please send us your charity number.
""")),
    Topic("packs", "Warranty", cases("""
Buckle of my pack cracked
The sternum buckle cracked in the cold without any load.
Buckles are free for life, two of them are in the post.

Shoulder strap tears at the seam
The stitching where the shoulder strap meets the back is opening.
Please send it in, our workshop stitches it within a week.

Rain cover for a 45 litre pack
The rain cover in the lid is too small when the side pockets are full.
The next size fits over the pockets, I have put one aside for you.

Back system creaks
The frame creaks under the hip belt since the first day.
A strip of tape on the stays silences it. If not, we change the frame.
""")),
    Topic("clothing", "Warranty", cases("""
Down jacket lost its loft after washing
After the first wash the chambers on both sleeves are flat.
Tumble it with two tennis balls on low heat and shake it now and then.

Waterproof jacket wets out
Water no longer beads on the shoulders and the jacket is soaked in an hour.
Wash it with a proofing agent and iron it on low; if it still wets out we replace it.

Zip of the fleece broken
The slider came off and does not go back.
We put on a new slider within a week, please send it to the workshop.

Wrong colour delivered
I ordered moss and received ochre.
The right colour leaves today, the courier takes the other one along.
""")),
    Topic("climbing", "Warranty", cases("""
Is my crampon batch affected by the recall?
The recall page names batch numbers and mine has a letter more.
Your batch is not affected, I have it in writing from the makers.

Stitch on a harness has come undone
One bar tack on the belay loop shows loose threads.
Please do not use it any more. We exchange it at once.

How old may a rope be?
My rope has been in its bag for eight years, never used.
Ten years from the date of making, even unused; then it is for tying down canoes.

Helmet fell from a shelf, still safe?
The helmet fell about two metres on concrete and shows no crack.
When in doubt, retire it. You get the trade-in price for a new one.
""")),
    Topic("size", "Orders", cases("""
Which size for wide feet?
My feet are wide at the toes and I am between two sizes.
Take the wide last in your usual size, you can exchange it within 60 days.

Jacket size between S and M
I am 178 cm and slim, and the table puts me between S and M.
With a fleece underneath take M, without it S.

Child's pack for a ten year old
Our son is ten and 140 cm tall, does the 20 litre pack fit him?
It does, the back is adjustable from 130 cm on.

Gloves: how do I measure?
I do not understand where to hold the tape for the gloves.
Measure round the knuckles without the thumb, and add nothing.
""")),
)  # fmt: skip
