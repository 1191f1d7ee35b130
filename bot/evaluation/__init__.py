"""How good is it: labelled files, measures, reports. Knows neither Rasa nor the knowledge base."""
