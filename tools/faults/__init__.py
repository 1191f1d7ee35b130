"""``make test-faults``: nothing is lost while processes are killed.

Simulated customers and agents chat through real HTTP and WebSocket while the handoff processes, the action server, Rasa
and Valkey are killed with SIGKILL and started again, sockets are cut, and deliveries are dropped and repeated. At the
end every text that was acknowledged is looked for.
"""
