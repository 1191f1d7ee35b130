"""Rasa graph components that understand a customer's message: tokens, entities, intent with calibrated confidence."""
