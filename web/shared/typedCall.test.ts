import { expect, expectTypeOf, test } from 'vitest'
import type { Agent } from './contract'
import { asQuery, filled, type Answer, type Body, type Parts } from './typedCall'

test('parameters are put into the path, encoded; a missing one is a mistake of the program', () => {
  expect(filled('/api/v1/agent/queue/{request_id}/claim', { request_id: 'a/b' })).toBe('/api/v1/agent/queue/a%2Fb/claim')
  expect(() => filled('/api/v1/agent/conversations/{conversation_id}')).toThrow('needs conversation_id')
})

test('a call is typed by its path and method', () => {
  expectTypeOf<Answer<'get', '/api/v1/agent/me'>>().toEqualTypeOf<Agent>()
  expectTypeOf<Body<'post', '/api/v1/agent/login'>>().toEqualTypeOf<{ username: string; password: string }>()
  expectTypeOf<Body<'get', '/api/v1/agent/me'>>().toEqualTypeOf<never>()
})

test('what a call is told has the names and types of the description', () => {
  expectTypeOf<{ path: { seq: number }; body: { helpful: boolean } }>().toExtend<Parts<'post', '/api/v1/conversation/messages/{seq}/feedback'>>()
  expectTypeOf<{ path: { seq: number }; body: { helped: boolean } }>().not.toExtend<Parts<'post', '/api/v1/conversation/messages/{seq}/feedback'>>()
  expectTypeOf<{ path: { number: number }; body: { helpful: boolean } }>().not.toExtend<Parts<'post', '/api/v1/conversation/messages/{seq}/feedback'>>()
  expectTypeOf<{ query: { after: string } }>().not.toExtend<Parts<'get', '/api/v1/conversation'>>()
  expectTypeOf<object>().toExtend<Parts<'get', '/api/v1/conversation/tickets'>>()
})

test('a query is encoded; what is not given is left out', () => {
  expect(asQuery({ after: 3, q: 'a&b', limit: undefined })).toBe('?after=3&q=a%26b')
  expect(asQuery()).toBe('')
})
