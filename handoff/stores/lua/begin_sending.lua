-- A carrier is about to call the platform. The mark stays until the outcome is recorded: one that is found here was left by a
-- carrier that died in between, and whether its message went out nobody knows.
-- A: conversation, lease
local delivery = key.delivery(A.conversation)
if tonumber(redis.call('HGET', delivery, 'lease') or '0') ~= A.lease then return answer({stale = true}) end
if redis.call('HSETNX', delivery, 'sending', '1') == 0 then redis.call('HINCRBY', delivery, 'unanswered', 1) end
return answer({stale = false, unanswered = tonumber(redis.call('HGET', delivery, 'unanswered') or '0')})
