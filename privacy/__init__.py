"""Customers' numbers, and how they are hidden: on screens and in the logs of every process."""
