"""The service's state in Redis. Everything that must happen together is one Lua script under `lua/`."""
