import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import type { Role } from '../shared/contract'
import { PAGES, pagesFor } from './pages/table'

/** The pages' addresses stand behind the #, so that a reload asks the service for one file only. */
export function consoleRouter(role: () => Role | null): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      ...PAGES.map(({ name, path, component }) => ({ name, path, component })),
      { path: '/:rest(.*)*', redirect: '/' },
    ],
  })
  router.beforeEach((to) => {
    const present = role()
    return present === null || to.path === '/' || pagesFor(present).some((page) => page.name === to.name) ? true : '/'
  })
  return router
}
