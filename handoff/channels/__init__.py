"""Channels: where customers write, besides the web widget.

A channel brings messages in (`usecases.customers.receive`, exactly once by its own message key) and carries the
conversation's messages out (`Channel.deliver`, called by the courier in order, one carrier a conversation). Channels
know messages and conversations; the queue and the agents are none of their business.
"""
