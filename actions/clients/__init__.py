"""Clients of the systems outside: the operator's (TM Forum Open APIs) and the handoff service."""
