const before = new Map<string, Promise<unknown>>()

/** One at a time under this name: over all tabs where the browser can (it can on secure origins), else in this page. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = (navigator as { locks?: LockManager }).locks
  // Wrapped, so that what is rejected here is the lock itself: pages in a sandbox or without storage may be refused it.
  const done = await locks?.request(name, () => Promise.allSettled([work()])).catch(() => null)
  if (!done) return aloneInPage(name, work)
  const [outcome] = done
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

async function aloneInPage<T>(name: string, work: () => Promise<T>): Promise<T> {
  const mine = (before.get(name) ?? Promise.resolve()).then(work, work)
  const ended = mine.then(() => undefined, () => undefined).finally(() => {
    if (before.get(name) === ended) before.delete(name)
  })
  before.set(name, ended)
  return mine
}
