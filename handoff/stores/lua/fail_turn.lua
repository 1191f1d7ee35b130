-- A turn ended in an error nobody foresaw: how often it has by now. It stays with whoever takes it next.
-- A: conversation, entry
local at = key.conversation(A.conversation)
if redis.call('HGET', at, 'turn_entry') ~= A.entry then return answer({failures = 0}) end
return answer({failures = redis.call('HINCRBY', at, 'turn_failures', 1)})
