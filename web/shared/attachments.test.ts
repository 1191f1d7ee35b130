import { expect, test } from 'vitest'
import { placeholder, sizeText, upload, wordsOf } from './attachments'

const picture = { id: 'p', name: 'a.png', content_type: 'image/png', size_bytes: 10 }
const file = { id: 'f', name: '账单.pdf', content_type: 'application/pdf', size_bytes: 10 }

test('what stands for files is no words', () => {
  expect(placeholder([picture, file])).toBe('[图片]\n[文件] 账单.pdf')
  expect(wordsOf({ text: '[图片]', attachments: [picture] })).toBe('')
  expect(wordsOf({ text: '看这个', attachments: [picture] })).toBe('看这个')
  expect(wordsOf({ text: '[图片]', attachments: [] })).toBe('[图片]')
})

test('sizes as people read them', () => {
  expect([500, 2048, 3 * 1024 * 1024].map(sizeText)).toEqual(['500 B', '2 KB', '3.0 MB'])
})

test('an upload sends the bytes and the name, and says what went wrong', async () => {
  const calls: [string, RequestInit | undefined][] = []
  const answering = (status: number, body: unknown) => (url: string, init?: RequestInit) => {
    calls.push([url, init])
    return Promise.resolve(new Response(JSON.stringify(body), { status }))
  }
  const chosen = new File(['x'], '截图 1.png')
  expect(await upload(answering(201, picture), '/u', 't', chosen, '断网')).toEqual(picture)
  expect(calls[0]?.[0]).toBe('/u?name=%E6%88%AA%E5%9B%BE%201.png')
  expect(calls[0]?.[1]?.body).toBe(chosen)
  const refused = upload(answering(422, { error: { code: 'attachment_kind', message: '不支持这种文件' } }), '/u', 't', chosen, '断网')
  await expect(refused).rejects.toThrow('不支持这种文件')
  await expect(upload(() => Promise.reject(new TypeError('x')), '/u', 't', chosen, '断网')).rejects.toThrow('断网')
})
