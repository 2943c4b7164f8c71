"""Parts of our own in Rasa's pipeline."""
