-- The conversation of a channel address; a new one (`fields`) when there is none or it has expired.
-- A: address_key, address (JSON), fields
local known = redis.call('GET', key.address(A.address_key))
local found = known and redis.call('EXISTS', key.conversation(known)) == 1
local conversation = found and known or A.fields.id
if not found then
  for name, value in pairs(A.fields) do redis.call('HSET', key.conversation(conversation), name, value) end
end
redis.call('SET', key.address(A.address_key), conversation, 'EX', limits.conversation_ttl_s)
redis.call('HSET', key.delivery(conversation), 'address', A.address)
if found then prolong(conversation) else run_out(conversation) end
return answer({conversation = conversation, created = not found})
