"""HTTP and WebSocket. Routes translate between the wire and the use cases and hold no rule of their own."""
