-- Take one reply out of what the channel still allows; the window that ends first is used first.
-- A: address_key
local at = key.reply_window(A.address_key)
local best, best_end
for _, kind in ipairs({'event', 'message'}) do
  local now = redis.call('HMGET', at, kind .. '_left', kind .. '_ends_at_ms')
  local left, ends = tonumber(now[1] or '0'), tonumber(now[2] or '0')
  if left > 0 and ends > now_ms and (not best or ends < best_end) then best, best_end = kind, ends end
end
if best then redis.call('HINCRBY', at, best .. '_left', -1) end
return answer({kind = best})
