-- Take the past of a quiet conversation out of Redis: only what the archive has, and never while anybody needs it.
-- A: conversation, requests [ids the archive has], quiet_ms
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'state', 'last_seq', 'archived_seq', 'last_event', 'archived_event', 'last_message_at_ms',
  'turn_entry', 'outlet', 'last_request_id')
if not now[1] then
  redis.call('ZREM', key.trim_due(), A.conversation)
  return answer({missing = true})
end
local function number(i) return tonumber(now[i] or '0') end
local function later(why)
  redis.call('ZADD', key.trim_due(), int(now_ms + A.quiet_ms), A.conversation)
  return answer({later = why})
end
if now[1] ~= 'bot' and now[1] ~= 'closed' then return later('with_person') end
if now_ms - number(6) < A.quiet_ms then return later('not_quiet') end
if number(3) < number(2) or number(5) < number(4) then return later('not_archived') end
if redis.call('ZSCORE', key.archive_due(), A.conversation) then return later('not_archived') end
if now[7] or redis.call('EXISTS', key.mailbox(A.conversation)) == 1 then return later('turn_waits') end
if now[8] and now[8] ~= 'web' then
  local delivered = tonumber(redis.call('HGET', key.delivery(A.conversation), 'delivered_seq') or '0')
  if delivered < number(2) then return later('not_delivered') end
end
for _, target in ipairs(webhooks.targets) do
  if redis.call('EXISTS', key.webhooks(target.name .. ':' .. A.conversation)) == 1 then return later('webhook_waits') end
end

-- Buttons of the last messages may still be pressed.
local last = redis.call('LRANGE', key.messages(A.conversation), -limits.offering_messages, -1)
if #last > 0 then
  redis.call('DEL', key.offered(A.conversation))
  for _, message in ipairs(last) do
    for _, button in ipairs(cjson.decode(message).buttons or {}) do
      redis.call('SADD', key.offered(A.conversation), button.payload)
    end
  end
end
-- What was judged long ago the archive has.
local judged = redis.call('HKEYS', key.feedback(A.conversation))
table.sort(judged, function(a, b) return tonumber(a) > tonumber(b) end)
for i = limits.feedback_kept + 1, #judged do redis.call('HDEL', key.feedback(A.conversation), judged[i]) end
redis.call('DEL', key.messages(A.conversation), key.understanding(A.conversation), key.journal(A.conversation))
redis.call('HSET', at, 'trimmed_seq', number(2))
-- What is sent again after a day is not known any more; until then the keys of all that was said stay, the latest ones at least.
local seen = redis.call('HGETALL', key.seen(A.conversation))
local kept = {}
for i = 1, #seen, 2 do
  local at_ms = tonumber(string.match(seen[i + 1], '@(%d+)') or '0')
  if now_ms - at_ms < limits.seen_ms then kept[#kept + 1] = {seen[i], at_ms} else redis.call('HDEL', key.seen(A.conversation), seen[i]) end
end
table.sort(kept, function(a, b) return a[2] > b[2] end)
for i = limits.seen_kept + 1, #kept do redis.call('HDEL', key.seen(A.conversation), kept[i][1]) end
for _, id in ipairs(A.requests) do
  local request = key.request(id)
  local state = redis.call('HGET', request, 'state')
  if id == now[9] and state then
    -- The last service may still be rated, and whoever serves next is shown how it ended.
    redis.call('HDEL', request, 'context', 'transfers', 'given_articles')
    redis.call('HSET', request, 'is_trimmed', '1')
  elseif state == 'done' or state == 'left' then
    redis.call('DEL', request)
  end
end
run_out(A.conversation)
if #kept > 0 then redis.call('ZADD', key.trim_due(), int(now_ms + limits.seen_ms), A.conversation)
else redis.call('ZREM', key.trim_due(), A.conversation) end
return answer({trimmed = number(2)})
