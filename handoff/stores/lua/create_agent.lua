-- A new agent, whose user name nobody has.
-- A: agent, username, fields, audit?
local owner = redis.call('HGET', key.usernames(), A.username)
if owner then return answer({created = owner == A.agent}) end
redis.call('HSET', key.usernames(), A.username, A.agent)
for name, value in pairs(A.fields) do redis.call('HSET', key.agent(A.agent), name, value) end
record()
return answer({created = true})
