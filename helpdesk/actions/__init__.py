"""The verbs: the only code that commits. Each takes the desk, then who acts."""
