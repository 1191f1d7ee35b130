-- Change an agent's record and end what the change makes invalid: one session, all of them, or none.
-- A: agent, fields?, family?, all?
local at = key.agent(A.agent)
if redis.call('EXISTS', at) == 0 then return answer({missing = true}) end
for name, value in pairs(A.fields or {}) do redis.call('HSET', at, name, value) end
local ended = A.all and redis.call('SMEMBERS', key.agent_sessions(A.agent)) or {A.family}
for _, family in ipairs(ended) do
  redis.call('DEL', key.family(family))
  redis.call('SREM', key.agent_sessions(A.agent), family)
end
if #ended > 0 then notify('session', {agent = A.agent}) end
if A.fields then notify('queue') end
return answer({changed = true})
