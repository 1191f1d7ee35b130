import type { Component } from 'vue'
import type { Role } from '../../shared/contract'
import type { IconName } from '../components/icons'
import type { Texts } from '../texts'

/** A page of the console; its Chinese name stands in `texts.pages`. */
export interface ConsolePage {
  name: keyof Texts['pages']
  path: string
  icon: IconName
  /** The least role that is shown the page. The service checks every call by itself. */
  role: Role
  /** Loaded when first shown. */
  component: () => Promise<Component | { default: Component }>
}

/** Every page, in the order of the rail. */
export const PAGES: readonly ConsolePage[] = [
  { name: 'desk', path: '/', icon: 'inbox', role: 'agent', component: () => import('./DeskPage.vue') },
]

const ROLES: readonly Role[] = ['agent', 'supervisor', 'administrator']

export function includes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

export function pagesFor(role: Role, pages: readonly ConsolePage[] = PAGES): ConsolePage[] {
  return pages.filter((page) => includes(role, page.role))
}
