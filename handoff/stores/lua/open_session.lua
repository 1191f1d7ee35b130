-- Begin a session with its first two tokens.
-- A: family, fields, access, access_s, refresh, refresh_s, audit?
local at = key.family(A.family)
if redis.call('EXISTS', at) == 1 then return answer({opened = true}) end
for name, value in pairs(A.fields) do redis.call('HSET', at, name, value) end
redis.call('EXPIRE', at, A.refresh_s)
redis.call('SET', key.refresh(A.refresh), A.family, 'EX', A.refresh_s)
redis.call('SET', key.session(A.access), A.family, 'EX', A.access_s)
redis.call('SADD', key.agent_sessions(A.fields.agent), A.family)
redis.call('EXPIRE', key.agent_sessions(A.fields.agent), A.refresh_s)
forget_sessions(A.fields.agent)
record()
return answer({opened = true})
