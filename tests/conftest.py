"""What holds for all tests, in both environments."""

import functools

try:
    import httpx._transports.default as transports
except ImportError:  # Rasa's environment may do without
    pass
else:
    # Every httpx client reads all certificates of the world anew (30 ms), and a test of the service makes five clients.
    transports.create_ssl_context = functools.cache(transports.create_ssl_context)
