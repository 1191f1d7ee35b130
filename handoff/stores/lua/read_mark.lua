-- One side has read up to a message. Marks only grow, and never beyond what there is.
-- A: conversation, seq, agent? (else the customer)
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'last_seq', 'agent_id', 'agent_read_seq', 'customer_read_seq')
if not now[1] then return answer({missing = true}) end
if A.agent and now[2] ~= A.agent then return answer({not_yours = true}) end
local before = tonumber((A.agent and now[3] or not A.agent and now[4]) or '0')
local seq = math.min(A.seq, tonumber(now[1]))
if seq <= before then return answer({seq = before}) end
redis.call('HSET', at, A.agent and 'agent_read_seq' or 'customer_read_seq', int(seq))
notify('read', {conversation = A.conversation})
return answer({seq = seq})
