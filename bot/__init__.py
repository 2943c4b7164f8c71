"""The Rasa project: understands customers, answers, asks, and hands off. Reached over HTTP only."""
