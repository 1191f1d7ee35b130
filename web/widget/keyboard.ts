/** On phones the sheet ends where the on-screen keyboard begins; answers how to stop following it. */
export function followKeyboard(host: HTMLElement): () => void {
  const viewport = window.visualViewport
  if (!viewport) return () => undefined
  const follow = (): void => {
    host.style.setProperty('--visible-height', `${String(viewport.height)}px`)
  }
  viewport.addEventListener('resize', follow)
  return () => {
    viewport.removeEventListener('resize', follow)
  }
}
