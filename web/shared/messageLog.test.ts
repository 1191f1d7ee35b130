import { expect, test } from 'vitest'
import { MessageLog } from './messageLog'

const numbered = (...seqs: number[]) => seqs.map((seq) => ({ seq }))

test('shows messages in order, whatever order they come in, and none twice', () => {
  const log = new MessageLog()
  expect(log.add(numbered(2, 1))).toEqual(numbered(1, 2))
  expect(log.add(numbered(2, 1, 3, 3))).toEqual(numbered(3))
  expect(log.items).toEqual(numbered(1, 2, 3))
})

test('holds back what comes after a gap until the gap is filled', () => {
  const log = new MessageLog()
  expect(log.add(numbered(1, 4, 5))).toEqual(numbered(1))
  expect([log.hasGap, log.lastSeq]).toEqual([true, 1])
  expect(log.add(numbered(2, 3))).toEqual(numbered(2, 3, 4, 5))
  expect(log.hasGap).toBe(false)
})

test('begins in the middle and takes earlier messages in front', () => {
  const log = new MessageLog(10)
  expect([log.firstSeq, log.lastSeq]).toEqual([11, 10])
  log.add(numbered(9, 10, 11, 12))
  expect(log.items).toEqual(numbered(11, 12))
  expect(log.prepend(numbered(8, 9, 10, 11))).toEqual(numbered(8, 9, 10))
  expect(log.prepend(numbered(5, 6))).toEqual([])
  expect([log.firstSeq, log.lastSeq]).toEqual([8, 12])
  expect(log.items).toEqual(numbered(8, 9, 10, 11, 12))
})

test('any shuffle with duplicates gives the same gapless run', () => {
  let state = 7
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647
  for (let round = 0; round < 50; round++) {
    const seqs = Array.from({ length: 30 }, (_, i) => i + 1)
    const arrivals = [...seqs, ...seqs.filter(() => random() < 0.3)].sort(() => random() - 0.5)
    const log = new MessageLog()
    const seen = arrivals.flatMap((seq) => log.add(numbered(seq)))
    expect(seen).toEqual(numbered(...seqs))
  }
})
