"""The promises of DESIGN section 6, each proved by a test named after it."""
