-- Give new tokens for a refresh token. One that was used before is stolen or copied: all of its family end.
-- A: refresh, to, access (hashes), access_s, refresh_s, grace_ms
local family = redis.call('GET', key.refresh(A.refresh))
if not family then return answer({missing = true}) end
local at = key.family(family)
local now = redis.call('HMGET', at, 'agent', 'refresh', 'previous', 'rotated_ms')
if not now[1] then return answer({missing = true}) end
-- An answer may be lost on its way: who asks again at once with the same token has it still.
local again = A.refresh == now[3] and now_ms - tonumber(now[4]) <= A.grace_ms
if A.refresh ~= now[2] and not again then
  redis.call('DEL', at)
  redis.call('SREM', key.agent_sessions(now[1]), family)
  notify('session', {agent = now[1]})
  return answer({reused = true, agent = now[1]})
end
redis.call('HSET', at, 'refresh', A.to, 'previous', A.refresh, 'rotated_ms', int(now_ms))
redis.call('EXPIRE', at, A.refresh_s)
redis.call('SET', key.refresh(A.to), family, 'EX', A.refresh_s)
redis.call('SET', key.session(A.access), family, 'EX', A.access_s)
redis.call('EXPIRE', key.agent_sessions(now[1]), A.refresh_s)
forget_sessions(now[1])
return answer({agent = now[1], family = family})
