-- List a conversation among its customer's: those that are gone leave the list, and the oldest beyond `kept`, unless a person
-- has them or is waited for.
-- A: conversation, customer, kept
local at = key.customer_conversations(A.customer)
redis.call('SADD', at, A.conversation)
redis.call('EXPIRE', at, limits.conversation_ttl_s)
local idle, live = {}, 0
for _, conversation in ipairs(redis.call('SMEMBERS', at)) do
  local now = redis.call('HMGET', key.conversation(conversation), 'state', 'last_message_at_ms', 'created_at_ms')
  if not now[1] then
    redis.call('SREM', at, conversation)
  else
    live = live + 1
    if now[1] ~= 'queued' and now[1] ~= 'active' and conversation ~= A.conversation then
      idle[#idle + 1] = {conversation, tonumber(now[2] or now[3] or '0')}
    end
  end
end
table.sort(idle, function(a, b) return a[2] < b[2] end)
for i = 1, math.min(live - A.kept, #idle) do redis.call('SREM', at, idle[i][1]) end
return answer({added = true})
