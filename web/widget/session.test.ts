import { afterEach, describe, expect, test, vi } from 'vitest'
import { usableStorage } from './session'

afterEach(() => {
  vi.restoreAllMocks()
  localStorage.clear()
  sessionStorage.clear()
})

/** Let the browser refuse new values, as it does when the site's share is used up. */
function refuseWrites(name: 'localStorage' | 'sessionStorage'): void {
  vi.spyOn(name === 'localStorage' ? localStorage : sessionStorage, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
}

describe('the storage that can be used', () => {
  test('one that is full is read, takes what is new for this page, and forgets what it cannot replace', () => {
    localStorage.setItem('xiaoqiao:token', 'old')
    localStorage.setItem('site', 'large')
    refuseWrites('localStorage')

    const storage = usableStorage()
    expect(storage.getItem('xiaoqiao:token')).toBe('old')

    storage.setItem('xiaoqiao:token', 'new')
    storage.setItem('xiaoqiao:draft', 'words')
    expect(usableStorage().getItem('xiaoqiao:token')).toBe('new')
    expect(usableStorage().getItem('xiaoqiao:draft')).toBe('words')
    expect(localStorage.getItem('xiaoqiao:token')).toBeNull()
    expect(localStorage.getItem('site')).toBe('large')

    storage.removeItem('xiaoqiao:draft')
    expect(usableStorage().getItem('xiaoqiao:draft')).toBeNull()
  })

  test('one without any room lives as long as the page', () => {
    refuseWrites('sessionStorage')
    usableStorage('sessionStorage').setItem('xiaoqiao:open', '1')
    expect(usableStorage('sessionStorage').getItem('xiaoqiao:open')).toBe('1')
  })
})
