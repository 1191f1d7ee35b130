-- Takes a channel's dead letter out of the list, for one who sends it again.
-- A: channel, id, audit?
if redis.call('HDEL', key.dead_letters(A.channel), A.id) == 0 then return answer({missing = true}) end
record()
return answer({taken = true})
