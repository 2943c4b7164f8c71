"""Channel adapters: one module or folder per channel, a base class and an explicit registry.

Nothing below this package knows Flask, SQLAlchemy or ``helpdesk``.
"""
