/**
 * Prints the widget's size as customers download it and fails the build when it outgrows its budget; puts a second copy
 * under a name that changes with its content, for pages that want to say which script they mean.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_BYTES = 40_000
const folder = new URL('../dist/widget/', import.meta.url)
const script = readFileSync(new URL('xiaoqiao-chat.js', folder))

const digest = createHash('sha384').update(script).digest()
const version = { script: `assets/xiaoqiao-chat-${digest.toString('hex').slice(0, 12)}.js`, integrity: `sha384-${digest.toString('base64')}` }
mkdirSync(new URL('assets/', folder), { recursive: true })
writeFileSync(new URL(version.script, folder), script)
writeFileSync(new URL('version.json', folder), `${JSON.stringify(version)}\n`)

const size_bytes = gzipSync(script, { level: 9 }).length
console.log(`widget: ${String(size_bytes)} bytes gzip (budget ${String(BUDGET_BYTES)})`)
if (size_bytes > BUDGET_BYTES) {
  console.error('The widget is over its size budget.')
  process.exitCode = 1
}
