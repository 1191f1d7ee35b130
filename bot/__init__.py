"""What understands the customer: text, encoder, knowledge, decision, and the components that run inside Rasa."""
