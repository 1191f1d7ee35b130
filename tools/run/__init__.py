"""``make run``: every process of the product on this machine, started, watched and stopped together."""
