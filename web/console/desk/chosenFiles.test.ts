import { beforeEach, expect, test } from 'vitest'
import type { Attachment } from '../../shared/contract'
import { ApiError } from '../../shared/http'
import { KeptFiles } from '../../shared/keptFiles'
import { OutgoingFiles } from '../../shared/outgoingFiles'
import { ChosenFiles } from './chosenFiles'
import { Drawer } from './drawer'

const offline = () => new ApiError(0, { code: 'network', message: '断网' })
const file = (name: string) => new File(['x'], name, { type: 'image/png' })
const attachment = (id: string): Attachment => ({ id, name: `${id}.png`, content_type: 'image/png', size_bytes: 1 })

beforeEach(() => {
  localStorage.clear()
})

function setUp(kept = new KeptFiles('test', null)) {
  const uploads: { name: string; resolve: (attachment: Attachment) => void; reject: (error: Error) => void }[] = []
  const upload = (one: File) => new Promise<Attachment>((resolve, reject) => uploads.push({ name: one.name, resolve, reject }))
  const files = new ChosenFiles(new OutgoingFiles(kept, upload, '没有了'), upload, new Drawer('agent:c').thing('chosen'))
  return { uploads, files, kept }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

test('files are uploaded when chosen, and a reply takes those that arrived', async () => {
  const { uploads, files } = setUp()
  files.add([file('a.png'), file('b.png')])
  await settle()
  expect(files.isUploading.value).toBe(true)
  uploads[0]?.resolve(attachment('a'))
  uploads[1]?.reject(new ApiError(413, { code: 'too_large', message: '太大了' }))
  await settle()
  expect(files.isUploading.value).toBe(false)
  expect(files.all.value.map((one) => one.problem)).toEqual([null, '太大了'])
  expect(files.take()).toEqual({ attachments: [attachment('a')], files: [] })
  expect(files.all.value).toEqual([])
})

test('a file taken away while it was uploaded does not come back', async () => {
  const { uploads, files } = setUp()
  files.add([file('a.png')])
  await settle()
  files.remove(files.all.value[0]?.key ?? '')
  uploads[0]?.resolve(attachment('a'))
  await settle()
  expect(files.all.value).toEqual([])
})

test('a reply takes no more than nine files', () => {
  const { files } = setUp()
  files.add(Array.from({ length: 12 }, (_, i) => file(`${String(i)}.png`)))
  expect(files.all.value).toHaveLength(9)
})

test('without a network files wait, outlive a reload and are uploaded once', async () => {
  const first = setUp()
  first.files.add([file('a.png')])
  await settle()
  first.uploads[0]?.reject(offline())
  await settle()
  expect(first.files.all.value).toMatchObject([{ problem: null, isUploading: false, attachment: null }])
  expect(first.files.ready.value).toBe(1)

  const again = setUp(first.kept)
  again.files.retry()
  again.files.retry()
  await settle()
  expect(again.uploads.map((one) => one.name)).toEqual(['a.png'])
  again.uploads[0]?.resolve(attachment('a'))
  await settle()
  expect(again.files.take()).toEqual({ attachments: [attachment('a')], files: [] })
  expect(localStorage.length).toBe(0)
})

test('a reply takes files that wait with it; the browser keeps them until it is stored', async () => {
  const { files, uploads, kept } = setUp()
  files.add([file('a.png')])
  await settle()
  uploads[0]?.reject(offline())
  await settle()
  const taken = files.take()
  expect(taken.attachments).toEqual([])
  expect(taken.files.map((one) => one.name)).toEqual(['a.png'])
  const [waiting] = taken.files
  expect(waiting && (await kept.read(waiting))?.name).toBe('a.png')
})
