"""The Chinese of the pages: catalogues, and what keeps them complete.

Only ``.po`` files are kept. zh_Hant is made from zh_Hans when it is compiled; its own ``.po`` holds
nothing but what must be said otherwise there.
"""
