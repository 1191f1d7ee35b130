/** What customers and agents of a telecom operator put into a message; everything else their keyboards have. */
export const EMOJI = '😀 😄 😂 🙂 😉 😊 😍 🤔 😅 😭 😡 😱 🙏 👍 👎 👌 👏 💪 🤝 ❤️ 🎉 🌹 ☕ 📱 💰 📶 🔋 ⏰ ✅ ❌ ❓ ❗'.split(' ')
export const EMOJI_COLUMNS = 8

/** Where the arrow keys lead in a grid of `count` cells; null for keys that do not move. */
export function stepInGrid(key: string, index: number, count: number, columns: number): number | null {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -index, End: count - 1 - index }
  const step = steps[key]
  if (step === undefined) return null
  const next = index + step
  return next < 0 || next >= count ? index : next
}
