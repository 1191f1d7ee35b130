"""The handoff service: conversations between customers, the assistant and human agents.

Layers, each knowing only those below it::

    routes            HTTP and WebSocket: shapes, status codes, who is calling
    usecases          what people and the assistant do: open, send, hand over, claim, reply, close
    turns             the worker that takes customer messages through the assistant, in order
    intake            the one place deciding whether the assistant or a person gets a message
    assistant         the one module that speaks to Rasa
    stores, events    Redis: state (Lua scripts, one atomic step each) and notices between processes
    states, rules     pure tables and arithmetic
    vocabulary, models, errors, keys, settings
"""
