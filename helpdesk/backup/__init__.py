"""A desk in one file: its database, its files and, where it made them itself, its keys.

The archive is a tar. ``manifest.json`` stands last and names every other member with its size and
SHA-256, the kind of database and the version of its schema. What is derived (the index of the
knowledge base) or can be made again (the bot's models) is not in it.
"""
