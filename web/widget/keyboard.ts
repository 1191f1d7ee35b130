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
  const resize = (): void => {
    follow()
    // What is being filled in stays in sight when the keyboard takes its room, and clear of a form's bar at the bottom.
    const field = host.shadowRoot?.activeElement
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.scrollIntoView({ block: 'center' })
  }
  viewport.addEventListener('resize', resize)
  viewport.addEventListener('scroll', follow)
  return () => {
    viewport.removeEventListener('resize', resize)
    viewport.removeEventListener('scroll', follow)
  }
}
