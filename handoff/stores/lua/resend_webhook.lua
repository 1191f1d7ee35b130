-- A dead letter is told once more, after whatever waits for the same conversation.
-- A: id, letter (as stored), target, conversation, event (JSON), ago_ms, audit?
if redis.call('LREM', key.webhooks_dead(), 1, A.letter) == 0 then return answer({missing = true}) end
redis.call('RPUSH', key.webhooks(A.target .. ':' .. A.conversation), A.event)
redis.call('ZADD', key.webhooks_due(A.target), 'NX', int(now_ms - A.ago_ms), A.conversation)
record()
return answer({resent = true})
