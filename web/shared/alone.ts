const before = new Map<string, Promise<unknown>>()

/** One at a time under this name: over all tabs where the browser can (it can on secure origins), else in this page. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = (navigator as { locks?: LockManager }).locks
  if (locks) return locks.request(name, work)
  const mine = (before.get(name) ?? Promise.resolve()).then(work, work)
  const ended = mine.then(() => undefined, () => undefined).finally(() => {
    if (before.get(name) === ended) before.delete(name)
  })
  before.set(name, ended)
  return mine
}
