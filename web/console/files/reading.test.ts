import { expect, test } from 'vitest'
import { textOf } from './reading'

test.each([
  ['UTF-8', new TextEncoder().encode('您好')],
  ['UTF-8 with a mark', new TextEncoder().encode('\uFEFF您好')],
  ['Chinese Windows', new Uint8Array([0xc4, 0xfa, 0xba, 0xc3])],
])('%s', async (_name, bytes) => {
  expect(await textOf(new Blob([bytes]))).toBe('您好')
})
