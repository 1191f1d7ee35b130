-- It has become known (or is no longer known) whose conversation this is. One that is gone stays gone.
-- A: conversation, customer (JSON, empty: nobody known)
local at = key.conversation(A.conversation)
if redis.call('EXISTS', at) == 0 then return answer({missing = true}) end
redis.call('HSET', at, 'customer', A.customer)
return answer({set = true})
