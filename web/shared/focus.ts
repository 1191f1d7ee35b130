/** From the last of these controls to the first and back, so that Tab does not leave what covers the page. */
export function keepFocusAmong(stops: readonly HTMLElement[], event: KeyboardEvent, focused: Element | null): void {
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]]
  if (focused !== from) return
  event.preventDefault()
  to?.focus()
}
