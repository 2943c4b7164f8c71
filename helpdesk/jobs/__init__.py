"""Background work. The due rows in the database are the work and its only record."""
