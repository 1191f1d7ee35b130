"""Rasa custom actions: one action a file, one client module an outside system."""
