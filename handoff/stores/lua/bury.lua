-- Keep what a channel could not deliver, for a person to look at: the latest letters.
-- A: channel, id, letter (JSON), kept
local at = key.dead_letters(A.channel)
redis.call('HSET', at, A.id, A.letter)
local over = redis.call('HLEN', at) - A.kept
if over > 0 then
  local letters = redis.call('HGETALL', at)
  local order = {}
  for i = 1, #letters, 2 do order[#order + 1] = {letters[i], cjson.decode(letters[i + 1]).failed_at_ms or 0} end
  table.sort(order, function(a, b) return a[2] < b[2] end)
  for i = 1, over do redis.call('HDEL', at, order[i][1]) end
end
return answer({buried = true})
