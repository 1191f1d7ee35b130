-- End the first turn of a mailbox without reading it: it can be neither answered nor given up. The rest of the mailbox goes on.
-- Told are only customers who are with the assistant: whoever waits for a person or has one is read by them.
-- A: conversation, entry, group, why, message?
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'turn_entry', 'state', 'last_seq')
local mine = now[1] == A.entry
local told = mine and A.message and now[2] == 'bot'
if told then append(A.conversation, A.message) end
if mine and A.message then journal(A.conversation, 'turn_abandoned', cjson.encode({why = A.why, last_seq = tonumber(now[3] or '0')})) end
if mine then redis.call('LPOP', key.mailbox(A.conversation)) end
redis.call('XACK', key.turns(), A.group, A.entry)
redis.call('XDEL', key.turns(), A.entry)
if not mine then return answer({stale = true}) end
redis.call('HDEL', at, 'turn_entry', 'turn_failures')
if redis.call('LLEN', key.mailbox(A.conversation)) > 0 then schedule(A.conversation) end
return answer({told = told or false})
