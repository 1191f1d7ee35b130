import { expect, test } from 'vitest'
import type { Attachment } from '../../shared/contract'
import { ChosenFiles } from './chosenFiles'

function setUp() {
  const uploads: { resolve: (attachment: Attachment) => void; reject: (error: Error) => void }[] = []
  const files = new ChosenFiles(() => new Promise((resolve, reject) => uploads.push({ resolve, reject })))
  return { uploads, files }
}

const file = (name: string) => new File(['x'], name, { type: 'image/png' })
const attachment = (id: string): Attachment => ({ id, name: `${id}.png`, content_type: 'image/png', size_bytes: 1 })

test('files are uploaded when chosen, and a reply takes those that arrived', async () => {
  const { uploads, files } = setUp()
  files.add([file('a.png'), file('b.png')])
  expect(files.isUploading.value).toBe(true)
  uploads[0]?.resolve(attachment('a'))
  uploads[1]?.reject(new Error('太大了'))
  await Promise.resolve()
  await Promise.resolve()
  expect(files.isUploading.value).toBe(false)
  expect(files.all.value.map((one) => one.problem)).toEqual([null, '太大了'])
  expect(files.take()).toEqual([attachment('a')])
  expect(files.all.value).toEqual([])
})

test('a file taken away while it was uploaded does not come back', async () => {
  const { uploads, files } = setUp()
  files.add([file('a.png')])
  files.remove(files.all.value[0]?.key ?? -1)
  uploads[0]?.resolve(attachment('a'))
  await Promise.resolve()
  expect(files.all.value).toEqual([])
})

test('a reply takes no more than nine files', () => {
  const { files } = setUp()
  files.add(Array.from({ length: 12 }, (_, i) => file(`${String(i)}.png`)))
  expect(files.all.value).toHaveLength(9)
})
