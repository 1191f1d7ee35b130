import { expect, test } from 'vitest'
import { texts } from '../texts'
import { PAGES, pagesFor, type ConsolePage } from './table'

test('every page has a path, a name and a text of its own', () => {
  expect(new Set(PAGES.map((page) => page.path)).size).toBe(PAGES.length)
  expect(new Set(PAGES.map((page) => page.name)).size).toBe(PAGES.length)
  for (const page of PAGES) expect(texts.pages[page.name]).toBeTruthy()
})

test('a page appears for those who do that work', () => {
  const component = () => Promise.resolve({})
  const pages: ConsolePage[] = [
    { name: 'desk', path: '/', icon: 'inbox', role: 'agent', component },
    { name: 'wall', path: '/wall', icon: 'wall', role: 'supervisor', component },
    { name: 'agents', path: '/agents', icon: 'people', role: 'administrator', component },
    { name: 'wall', path: '/review', icon: 'wall', role: 'trainer', component },
  ]
  const seenBy = (role: ConsolePage['role']) => pagesFor(role, pages).map((page) => page.name)
  expect(seenBy('agent')).toEqual(['desk'])
  expect(seenBy('supervisor')).toEqual(['desk', 'wall', 'wall'])
  expect(seenBy('trainer')).toEqual(['desk', 'wall'])
  expect(seenBy('administrator')).toEqual(['desk', 'wall', 'agents', 'wall'])
})
