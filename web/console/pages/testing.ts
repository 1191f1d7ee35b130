import { NMessageProvider } from 'naive-ui'
import { createApp, h, nextTick, type Component } from 'vue'
import { WORKPLACE, type Workplace } from '../workplace'

/** A page as the console shows it, with a workplace of the test's own. */
export function mountPage(page: Component, workplace: { api: unknown }): HTMLElement {
  const host = document.createElement('div')
  createApp({ render: () => h(NMessageProvider, null, () => h(page)) })
    .provide(WORKPLACE, workplace as unknown as Workplace)
    .mount(host)
  return host
}

export async function flushPromises(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
  await nextTick()
}
