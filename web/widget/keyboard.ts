/** On phones the sheet fills what the on-screen keyboard leaves of the page; answers how to stop following it. */
export function followKeyboard(host: HTMLElement): () => void {
  const viewport = window.visualViewport
  if (!viewport) return () => undefined
  const follow = (): void => {
    // Who enlarges the page with two fingers wants the sheet larger than what is in sight.
    if (viewport.scale !== 1) return
    host.style.setProperty('--visible-height', `${String(viewport.height)}px`)
    host.style.setProperty('--visible-top', `${String(viewport.offsetTop)}px`)
  }
  viewport.addEventListener('resize', follow)
  viewport.addEventListener('scroll', follow)
  return () => {
    viewport.removeEventListener('resize', follow)
    viewport.removeEventListener('scroll', follow)
  }
}
