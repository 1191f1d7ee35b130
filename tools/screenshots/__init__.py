"""``make screenshots``: pictures for README and guides, taken in Chromium from the running product."""
