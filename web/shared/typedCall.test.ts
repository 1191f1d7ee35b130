import { expect, expectTypeOf, test } from 'vitest'
import type { Agent } from './contract'
import { filled, type Answer, type Body } from './typedCall'

test('parameters are put into the path, encoded; a missing one is a mistake of the program', () => {
  expect(filled('/api/v1/agent/queue/{request_id}/claim', { request_id: 'a/b' })).toBe('/api/v1/agent/queue/a%2Fb/claim')
  expect(() => filled('/api/v1/agent/conversations/{conversation_id}')).toThrow('needs conversation_id')
})

test('a call is typed by its path and method', () => {
  expectTypeOf<Answer<'get', '/api/v1/agent/me'>>().toEqualTypeOf<Agent>()
  expectTypeOf<Body<'post', '/api/v1/agent/login'>>().toEqualTypeOf<{ username: string; password: string }>()
  expectTypeOf<Body<'get', '/api/v1/agent/me'>>().toEqualTypeOf<never>()
})
