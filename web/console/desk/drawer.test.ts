import { beforeEach, expect, test } from 'vitest'
import { Drawer } from './drawer'

beforeEach(() => {
  localStorage.clear()
})

test('what was written is there after a reload, each thing for itself, until the drawer is emptied', () => {
  const before = new Drawer('a:c-1')
  before.text('note').value = '等主管回复'
  before.thing<string[]>('mentions').value = ['wf']
  const drawer = new Drawer('a:c-1')
  expect([drawer.text('note').value, drawer.thing('mentions').value]).toEqual(['等主管回复', ['wf']])
  expect(new Drawer('a:c-2').text('note').value).toBe('')
  drawer.empty()
  expect([drawer.text('note').value, drawer.thing('mentions').value]).toEqual(['', null])
  expect(localStorage).toHaveLength(0)
})

test('a thing that cannot be read is as good as none', () => {
  localStorage.setItem('a:c-1:mentions', '{')
  expect(new Drawer('a:c-1').thing('mentions').value).toBeNull()
})
