"""Measuring understanding: the shipped model on labelled files, the pipeline on other data, cross-validation.

Runs in the Rasa environment.
"""
