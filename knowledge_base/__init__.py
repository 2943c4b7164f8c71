"""Finds the article that answers a question, and says so when there is none.

Knows no Flask, no SQLAlchemy and no ``helpdesk``: documents go in, hits and verdicts come out.
Everything that it keeps is derived from the documents and can be thrown away.
"""
