-- What an agent writes to colleagues: beside the messages, so that the customer's numbering knows nothing of it.
-- A: conversation, body, mentions [agent ids], note_key
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'state', 'last_seq', 'last_note')
if not now[1] then return answer({missing = true}) end
local seen = redis.call('HGET', key.seen(A.conversation), A.note_key)
if seen then return answer({number = tonumber(seen), duplicate = true}) end
local number = redis.call('HINCRBY', at, 'last_note', 1)
remember(A.conversation, A.note_key, number)
local note = '{"number":' .. int(number) .. ',"after_seq":' .. now[2] .. ',"at_ms":' .. int(now_ms) .. ',' .. string.sub(A.body, 2)
redis.call('RPUSH', key.notes(A.conversation), note)
redis.call('LTRIM', key.notes(A.conversation), -limits.notes, -1)
redis.call('EXPIRE', key.notes(A.conversation), limits.conversation_ttl_s)
redis.call('EXPIRE', at, limits.conversation_ttl_s)
journal(A.conversation, 'noted', note)
notify('note', {conversation = A.conversation})
for _, agent in ipairs(A.mentions) do
  local mentions = key.mentions(agent)
  redis.call('LPUSH', mentions, '{"conversation_id":"' .. A.conversation .. '","note":' .. note .. '}')
  redis.call('LTRIM', mentions, 0, limits.mentions - 1)
  redis.call('EXPIRE', mentions, limits.conversation_ttl_s)
  notify('mention', {agent = agent})
end
return answer({number = number, duplicate = false})
