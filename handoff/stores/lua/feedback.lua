-- Store whether an answer of the assistant helped. Said again it changes nothing, said otherwise it replaces.
-- A: conversation, seq, turn_seq (the customer's message it answers), helpful, record (JSON for the archive)
local at = key.conversation(A.conversation)
local value = A.helpful and '1' or '0'
if redis.call('HGET', key.feedback(A.conversation), int(A.seq)) == value then return answer({changed = false}) end
redis.call('HSET', key.feedback(A.conversation), int(A.seq), value)

local kept = {}
for _, turn in ipairs(cjson.decode(redis.call('HGET', at, 'unhelpful_turns') or '[]')) do
  if turn ~= A.turn_seq then kept[#kept + 1] = turn end
end
if not A.helpful then kept[#kept + 1] = A.turn_seq end
if #kept > limits.unhelpful_turns then table.remove(kept, 1) end
if #kept > 0 then redis.call('HSET', at, 'unhelpful_turns', cjson.encode(kept))
else redis.call('HDEL', at, 'unhelpful_turns') end
journal(A.conversation, 'feedback', A.record)
return answer({changed = true})
