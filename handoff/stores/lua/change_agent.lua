-- Change an agent's record and end what the change makes invalid: one session, all of them, or none.
-- A: agent, fields?, family?, all?, keep_administrator? (refuse when no other enabled administrator is left)
local at = key.agent(A.agent)
if redis.call('EXISTS', at) == 0 then return answer({missing = true}) end
if A.keep_administrator then
  -- Here, because two administrators may take the role from each other at once.
  local others = 0
  for _, id in ipairs(redis.call('HVALS', key.usernames())) do
    local one = redis.call('HMGET', key.agent(id), 'role', 'disabled')
    if id ~= A.agent and one[1] == 'administrator' and one[2] ~= '1' then others = others + 1 end
  end
  if others == 0 then return answer({last = true}) end
end
for name, value in pairs(A.fields or {}) do redis.call('HSET', at, name, value) end
local ended = A.all and redis.call('SMEMBERS', key.agent_sessions(A.agent)) or {A.family}
for _, family in ipairs(ended) do
  redis.call('DEL', key.family(family))
  redis.call('SREM', key.agent_sessions(A.agent), family)
end
if #ended > 0 then notify('session', {agent = A.agent}) end
if A.fields then notify('queue') end
return answer({changed = true})
