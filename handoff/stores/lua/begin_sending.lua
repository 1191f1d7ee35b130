-- A carrier is about to call the platform. Its mark, the number of its lease, stays until the outcome is recorded: another's
-- that is found here was left by a carrier that died in between, and whether its message went out nobody knows.
-- A: conversation, lease
local delivery = key.delivery(A.conversation)
if tonumber(redis.call('HGET', delivery, 'lease') or '0') ~= A.lease then return answer({stale = true}) end
local left = redis.call('HGET', delivery, 'sending')
if left and tonumber(left) ~= A.lease then redis.call('HINCRBY', delivery, 'unanswered', 1) end
redis.call('HSET', delivery, 'sending', int(A.lease))
return answer({stale = false, unanswered = tonumber(redis.call('HGET', delivery, 'unanswered') or '0')})
