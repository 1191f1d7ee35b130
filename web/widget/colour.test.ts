import { expect, test } from 'vitest'
import { brandProperties, contrast, parseHex } from './colour'

const between = (one: string, other: string) => contrast(parseHex(one) ?? [0, 0, 0], parseHex(other) ?? [0, 0, 0])

test.each(['#0b63e5', '#ffcc00', '#fff', '#000', '#e60012', '#00a0e9', '#7ac143', '#777'])('everything in brand colour %s can be read', (colour) => {
  const made = brandProperties(colour)
  if (made === null) throw new Error('it is a colour')
  expect(between(made['--on-brand'] ?? '', made['--brand'] ?? '')).toBeGreaterThanOrEqual(4.5)
  expect(between(made['--accent-light'] ?? '', '#ffffff')).toBeGreaterThanOrEqual(5)
  expect(between(made['--accent-dark'] ?? '', '#262a32')).toBeGreaterThanOrEqual(5)
})

test('a brand colour that can be read is left as it is', () => {
  expect(brandProperties('#0a58ca')).toMatchObject({ '--brand': '#0a58ca', '--accent-light': '#0a58ca', '--on-brand': '#ffffff' })
})

test('what is no colour changes nothing', () => {
  expect([brandProperties('red'), brandProperties('#12'), brandProperties('url(#a)')]).toEqual([null, null, null])
})
