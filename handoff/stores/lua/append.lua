-- Add a message of an agent or of the system, if the conversation is in the given state and hands.
-- A: conversation, message, message_key?, state?, agent?, remind_after_ms?, articles? [{article_id, title, edited}]
local at = key.conversation(A.conversation)
local now = redis.call('HMGET', at, 'state', 'agent_id')
if not now[1] then return answer({missing = true}) end
if A.message_key then
  local seen = number_of(A.conversation, A.message_key)
  if seen then return answer({seq = seen, duplicate = true}) end
end
if (A.state and now[1] ~= A.state) or (A.agent and now[2] ~= A.agent) then
  return answer({refused = true, state = now[1], agent = now[2] or nil})
end
local seq = append(A.conversation, A.message)
if A.message_key then remember(A.conversation, A.message_key, seq) end
-- Articles of the knowledge base in it: for the next agent in the request, for review in the journal.
if A.articles then
  local names = redis.call('HMGET', at, 'request_id', 'agent_name')
  local request = key.request(names[1] or '')
  local given = cjson.decode(redis.call('HGET', request, 'given_articles') or '[]')
  for _, article in ipairs(A.articles) do
    article.seq = seq
    article.at_ms = now_ms
    article.agent_name = names[2] or ''
    given[#given + 1] = article
    if #given > limits.given_articles then table.remove(given, 1) end
  end
  if redis.call('EXISTS', request) == 1 then redis.call('HSET', request, 'given_articles', cjson.encode(given)) end
  journal(A.conversation, 'articles_given', cjson.encode({seq = seq, agent = A.agent, articles = A.articles}))
end
-- After a person's message it is the customer's turn.
if A.remind_after_ms then
  redis.call('ZADD', key.silent_due(), int(now_ms + A.remind_after_ms), A.conversation)
  redis.call('HDEL', at, 'reminded')
end
return answer({seq = seq, duplicate = false})
