/** Remembers where the row that is being read stands on the screen; answers how to put it back there. */
export function holdPlace(scroller: HTMLElement, rows: Iterable<HTMLElement>): () => void {
  const { top, bottom } = scroller.getBoundingClientRect()
  let held: HTMLElement | null = null
  for (const row of rows) {
    const box = row.getBoundingClientRect()
    if (box.bottom <= top) continue
    if (box.top < bottom) held = row
    break
  }
  if (held === null) return () => undefined
  const row = held
  const before = row.getBoundingClientRect().top
  // Browsers that hold the place by themselves would do it a second time.
  scroller.style.overflowAnchor = 'none'
  return () => {
    scroller.scrollTop += row.getBoundingClientRect().top - before
    scroller.style.overflowAnchor = ''
  }
}
