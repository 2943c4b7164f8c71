"""REST v1: not built yet."""
