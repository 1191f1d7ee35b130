/** Prints the widget's size as customers download it and fails the build when it outgrows its budget. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_BYTES = 40_000
const file = new URL('../dist/widget/xiaoqiao-chat.js', import.meta.url)
const size_bytes = gzipSync(readFileSync(file), { level: 9 }).length
console.log(`widget: ${String(size_bytes)} bytes gzip (budget ${String(BUDGET_BYTES)})`)
if (size_bytes > BUDGET_BYTES) {
  console.error('The widget is over its size budget.')
  process.exitCode = 1
}
