-- A delivery that the channel itself answers: one of its attempts does the work, the newest carries what it comes to.
-- A: inbound, attempt, is_own?, hold_ms
local at = key.inbound(A.inbound)
local now = redis.call('HMGET', at, 'attempts', 'closed', 'reply', 'own_until_ms')
if tonumber(now[1] or '0') ~= A.attempt then return answer({superseded = true}) end
if now[2] then return answer({closed = true, reply = now[3] or nil}) end
local until_ms = now[4] and tonumber(now[4])
if until_ms and until_ms > now_ms then return answer({is_waiting = true}) end
if not until_ms and not A.is_own then return answer({superseded = false}) end
redis.call('HSET', at, 'own_until_ms', int(now_ms + A.hold_ms))
return answer({is_mine = true, is_again = until_ms and true or false})
