-- So much of a conversation is in the archive. What came in between keeps it on the list.
-- A: conversation, seq, event, quiet_ms, requests [ids the archive has]
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'last_seq', 'last_event', 'archived_seq', 'archived_event', 'state')
if not now[1] then
  redis.call('ZREM', key.archive_due(), A.conversation)
  redis.call('ZREM', key.trim_due(), A.conversation)
  return answer({done = true})
end
-- A slower copyist who comes late takes nothing back.
local seq = math.max(A.seq, tonumber(now[3] or '0'))
local event = math.max(A.event, tonumber(now[4] or '0'))
redis.call('HSET', at, 'archived_seq', int(seq), 'archived_event', int(event))
local done = tonumber(now[1]) <= seq and tonumber(now[2] or '0') <= event
if done then
  if now[5] ~= 'queued' and now[5] ~= 'active' then run_out(A.conversation, A.requests) end
  redis.call('ZREM', key.archive_due(), A.conversation)
  redis.call('ZADD', key.trim_due(), int(now_ms + A.quiet_ms), A.conversation)
else redis.call('ZADD', key.archive_due(), int(now_ms), A.conversation) end
return answer({done = done})
