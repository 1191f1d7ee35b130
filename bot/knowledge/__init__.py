"""The knowledge base: articles are loaded and checked, indexed, and found by what customers ask."""
