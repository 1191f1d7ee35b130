"""What goes over the wire, one module an API."""
