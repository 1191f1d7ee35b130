import { describe, expect, test } from 'vitest'
import { safeHref, segmentText } from './links'

describe('safeHref', () => {
  test.each([
    ['https://a.cn/x?y=1', 'https://a.cn/x?y=1'],
    ['http://a.cn', 'http://a.cn/'],
    ['tel:+8610086', 'tel:+8610086'],
    [' https://a.cn/ ', 'https://a.cn/'],
  ])('keeps %s', (url, href) => {
    expect(safeHref(url)).toBe(href)
  })

  test.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', '\u0001javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '//a.cn', 'a.cn', ''])(
    'refuses %j',
    (url) => {
      expect(safeHref(url)).toBeNull()
    },
  )
})

describe('segmentText', () => {
  test('links an address up to the Chinese punctuation after it', () => {
    expect(segmentText('见 https://a.cn/b?c=1。谢谢')).toEqual([
      { text: '见 ', href: null },
      { text: 'https://a.cn/b?c=1', href: 'https://a.cn/b?c=1' },
      { text: '。谢谢', href: null },
    ])
  })

  test('leaves sentence punctuation outside', () => {
    expect(segmentText('(https://a.cn/b).').map((one) => one.text)).toEqual(['(', 'https://a.cn/b', ').'])
  })

  test.each(['<img src=x onerror=alert(1)>', '[点我](javascript:alert(1))', 'javascript:alert(1)', '', '话费多少'])('keeps %j as plain text', (text) => {
    expect(segmentText(text).map((one) => one.text).join('')).toBe(text)
    expect(segmentText(text).every((one) => one.href === null)).toBe(true)
  })
})
