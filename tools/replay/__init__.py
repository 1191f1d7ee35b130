"""``make replay``: real utterances through the public web channel of the running system."""
