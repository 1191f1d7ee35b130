import type { Component } from 'vue'
import type { Role } from '../../shared/contract'
import type { IconName } from '../components/icons'
import type { Texts } from '../texts'

/** A page of the console; its Chinese name stands in `texts.pages`. */
export interface ConsolePage {
  name: keyof Texts['pages']
  path: string
  icon: IconName
  /** Reached otherwise than by the rail. */
  offRail?: true
  /** For those who serve customers, which trainers do not. */
  serving?: true
  /** Whose page it is (see SEES). The service checks every call by itself. */
  role: Role
  /** Loaded when first shown. */
  component: () => Promise<Component | { default: Component }>
}

/** Every page, in the order of the rail. */
export const PAGES: readonly ConsolePage[] = [
  { name: 'desk', path: '/', icon: 'inbox', role: 'agent', component: () => import('./DeskPage.vue') },
  { name: 'tickets', path: '/tickets', icon: 'ticket', role: 'agent', serving: true, component: () => import('./TicketsPage.vue') },
  { name: 'deadLetters', path: '/dead-letters', icon: 'dead', role: 'supervisor', component: () => import('./DeadLettersPage.vue') },
  { name: 'wall', path: '/wall', icon: 'wall', role: 'supervisor', component: () => import('./WallPage.vue') },
  { name: 'review', path: '/review', icon: 'review', role: 'trainer', component: () => import('./ReviewPage.vue') },
  { name: 'canned', path: '/canned', icon: 'quote', role: 'agent', component: () => import('./CannedPage.vue') },
  { name: 'hours', path: '/hours', icon: 'clock', role: 'supervisor', component: () => import('./HoursPage.vue') },
  { name: 'skillGroups', path: '/skill-groups', icon: 'groups', role: 'supervisor', component: () => import('./SkillGroupsPage.vue') },
  { name: 'agents', path: '/agents', icon: 'people', role: 'administrator', component: () => import('./AgentsPage.vue') },
  { name: 'audit', path: '/audit', icon: 'audit', role: 'administrator', component: () => import('./AuditPage.vue') },
  { name: 'webhooks', path: '/webhooks', icon: 'plug', role: 'administrator', component: () => import('./WebhooksPage.vue') },
  { name: 'account', path: '/account', icon: 'person', role: 'agent', offRail: true, component: () => import('./AccountPage.vue') },
]

/** Whose pages each role sees besides its own; a trainer serves nobody and has an empty desk. */
const SEES: Readonly<Record<Role, readonly Role[]>> = {
  agent: ['agent'],
  supervisor: ['agent', 'supervisor', 'trainer'],
  trainer: ['agent', 'trainer'],
  administrator: ['agent', 'supervisor', 'trainer', 'administrator'],
}

export function includes(role: Role, needed: Role): boolean {
  return SEES[role].includes(needed)
}

export function pagesFor(role: Role, pages: readonly ConsolePage[] = PAGES): ConsolePage[] {
  return pages.filter((page) => includes(role, page.role) && !(page.serving && role === 'trainer'))
}
