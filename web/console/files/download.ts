/** Gives the browser a file to keep; nothing leaves this machine. */
export function download(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => {
    URL.revokeObjectURL(address)
  }, 10_000)
}

/** `name-2026-11-25.csv`. */
export function datedName(name: string, ending: string, now = new Date()): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${name}-${String(now.getFullYear())}-${two(now.getMonth() + 1)}-${two(now.getDate())}.${ending}`
}
