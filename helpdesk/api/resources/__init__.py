"""The nouns of the API, one file each: their shapes and their operations."""
