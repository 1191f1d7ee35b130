-- End the first `done` turns of a mailbox, with the assistant's messages if it still has the conversation.
-- Two workers may bring the same turn to an end; the fence (entry and first number) lets the first one win.
-- A: conversation, entry, group, first_seq, done, episode, messages, understanding {seq: json}, dropped,
--    given_up?
local at = key.conversation(A.conversation)
local mailbox = key.mailbox(A.conversation)
local now = redis.call('HMGET', at, 'turn_entry', 'state', 'episode')
local first = redis.call('LINDEX', mailbox, 0)
local stale = now[1] ~= A.entry
if A.done > 0 then stale = stale or not first or cjson.decode(first).seq ~= A.first_seq end
if now[1] ~= A.entry then
  redis.call('XACK', key.turns(), A.group, A.entry)
  redis.call('XDEL', key.turns(), A.entry)
end
if stale then return answer({stale = true}) end

for seq, turn in pairs(A.understanding) do
  redis.call('HSET', key.understanding(A.conversation), seq, turn)
  notify('understanding', {conversation = A.conversation, seq = tonumber(seq)})
end

local delivered = now[2] == 'bot' and tonumber(now[3]) == A.episode
if delivered then
  for _, message in ipairs(A.messages) do append(A.conversation, message) end
elseif #A.messages > 0 then
  journal(A.conversation, 'bot_text_dropped', A.dropped)
end

if A.given_up then journal(A.conversation, 'turn_given_up', cjson.encode({seq = A.first_seq})) end
if A.done > 0 then redis.call('LPOP', mailbox, A.done) end
redis.call('XACK', key.turns(), A.group, A.entry)
redis.call('XDEL', key.turns(), A.entry)
redis.call('HDEL', at, 'turn_entry', 'turn_failures')
if redis.call('LLEN', mailbox) > 0 then schedule(A.conversation) end
return answer({stale = false, delivered = delivered})
