-- Writes one canned reply: a new one while there is room, an old one while it is there.
-- A: shelf, id, reply (JSON), is_new, limit
local at = key.canned(A.shelf)
local is_there = redis.call('HEXISTS', at, A.id) == 1
if not A.is_new and not is_there then return answer({missing = true}) end
if A.is_new and not is_there and redis.call('HLEN', at) >= A.limit then return answer({full = true}) end
redis.call('HSET', at, A.id, A.reply)
return answer({stored = true})
