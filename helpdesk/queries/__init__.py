"""The reads. Each takes a read session and who asks, and returns plain rows."""
