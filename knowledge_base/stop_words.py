"""Words that say nothing about which article is meant.

The English list is long on purpose: customers ask in whole sentences, and "how do I" would find
every article. Chinese has no spaces, so its list is of phrases that are cut out of the text.
"""

from __future__ import annotations

_ENGLISH = """
    a about actually after again all already also am an and any anybody anyone anything are aren
    arent as ask at be because been before being but by came can cannot cant come could couldn
    couldnt did didn didnt do does doesn doesnt doing don done dont else especially etc even ever
    every everything explain few find for from get gets getting give go goes going gonna good got
    gotten guys had hadn has hasn hasnt have haven havent having he hello help her here hers hey hi
    him his how however i id if ill im in into is isn isnt it its itself ive just kind kindly know
    let lets like likely ll looking lot made make makes making many may maybe me mean might mine
    more most much must my myself need needed needs no nor not now of off oh ok okay on once one
    ones only or other our ours out over own please possible possibly put question quite rather re
    really regarding right said same say see seem seems she should shouldn since so some somebody
    somehow someone something sort still stuff such sure take tell than thank thanks that thats the
    their theirs them then there these they thing things think this those though through thru to
    too try trying u under until up upon us use used using ve very via wanna want wanted wants was
    wasn way ways we well were weren what whats when where whether which while who whom whose why
    will with within without won wonder wondering wont would wouldn wouldnt yes yet you your yours
    yourself
"""

_CHINESE = """
    请问一下 请问 麻烦 你好 您好 谢谢 怎么办 怎么样 怎样 怎么 如何 什么 为什么 哪里 哪个 哪些 多少
    是不是 是否 能不能 可不可以 可以 能够 应该 需要 想要 我想 我要 我们 你们 他们 它们 这个 那个
    这些 那些 一个 一下 有没有 没有 还是 或者 但是 因为 所以 如果 的话 时候 现在 已经 关于
    吗 呢 吧 啊 呀 嘛 的 了 么 我 你 您
"""

ENGLISH = frozenset(_ENGLISH.split())
CHINESE = tuple(sorted(_CHINESE.split(), key=len, reverse=True))  # the longest is cut out first
