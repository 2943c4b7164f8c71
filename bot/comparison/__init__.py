"""Is a candidate worse than the model in service? Both are asked the same, as customers ask."""
