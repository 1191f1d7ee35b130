-- Messages with seq > `after`, at most `limit`, behind the number up to which the archive has them alone.
-- A: conversation, after, limit
-- Answers a plain list: bodies are JSON already and are not packed a second time.
local trimmed = tonumber(redis.call('HGET', key.conversation(A.conversation), 'trimmed_seq') or '0')
local first = math.max(A.after - trimmed, 0)
local found = redis.call('LRANGE', key.messages(A.conversation), first, first + A.limit - 1)
table.insert(found, 1, int(trimmed))
return found
