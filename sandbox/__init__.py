"""Stand-ins for the outside systems an operator has; each is replaced by setting a base URL."""
