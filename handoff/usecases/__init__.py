"""What customers, agents and the assistant can do. One module a kind of person or matter."""
