"""The archive in SQL: transcripts, events and handoff requests, for as long as the operator keeps them.

Redis holds what lives. Every change marks its conversation; the archivist copies what is new, any number of times with
the same result, and Redis remembers how far it came. SQLite by default, PostgreSQL by `XIAOQIAO_DATABASE_URL`.
"""
