/**
 * A stand-in for the handoff service, in memory, for working on the pages without Python, Redis and Rasa:
 *
 *   npm run build && npm run mock -- --port 23000 --waiting 8 --mine 3 --messages 12
 *
 * It speaks the contract of docs/architecture.md as far as the pages need it and forgets everything at the end.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { parseArgs } from 'node:util'
import { WebSocketServer } from 'ws'
import { Desk } from './desk.js'

const DIST = new URL('../dist', import.meta.url).pathname
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' }
const KINDS = { '.png': 'image/png', '.jpg': 'image/jpeg', '.gif': 'image/gif', '.webp': 'image/webp', '.pdf': 'application/pdf', '.txt': 'text/plain' }
// The service's own (handoff/routes/pages.py), so that nothing works here that is forbidden there; a test compares them.
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '23000' },
    waiting: { type: 'string', default: '6' },
    mine: { type: 'string', default: '2' },
    messages: { type: 'string', default: '10' },
  },
})

const desk = new Desk()
desk.seed(Number(values.waiting), Number(values.mine), Number(values.messages))

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error)
    answer(response, 500, { error: { code: 'internal', message: '服务出错了，请稍后再试。' } })
  })
})

async function handle(request, response) {
  const url = new URL(request.url, 'http://mock')
  if (!url.pathname.startsWith('/api/') && !/^\/demo\/identities/.test(url.pathname)) return sendFile(url.pathname, response)
  const opened = /^\/api\/v1\/attachments\/([\w-]+)$/.exec(url.pathname)
  if (opened) return sendAttachment(opened[1], response)
  if (/\/attachments$/.test(url.pathname)) return answer(response, 201, keepAttachment(url.searchParams.get('name') ?? 'file', await readBytes(request)))
  const body = await readBody(request)
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '')
  const [status, payload] = desk.call(request.method, url, body, token)
  answer(response, status, payload)
}

async function readBytes(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function readBody(request) {
  const bytes = await readBytes(request)
  return bytes.length > 0 ? JSON.parse(bytes.toString()) : {}
}

/** What a file is, its name says here; the service looks into it. */
function keepAttachment(name, content) {
  const content_type = KINDS[extname(name).toLowerCase()] ?? 'application/octet-stream'
  return desk.files.keep({ name, content_type, size_bytes: content.length }, content)
}

function sendAttachment(id, response) {
  const file = desk.files.get(id)
  if (!file) return answer(response, 404, { error: { code: 'not_found', message: '没有这个文件。' } })
  response.writeHead(200, { 'Content-Type': file.content_type, 'X-Content-Type-Options': 'nosniff' })
  response.end(file.content)
}

function answer(response, status, payload) {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(status === 204 ? undefined : typeof payload === 'string' ? payload : JSON.stringify(payload))
}

async function sendFile(path, response) {
  const page = /^\/(widget|console)\//.test(path) ? path : `/demo${path}`
  const file = normalize(join(DIST, page.endsWith('/') ? `${page}index.html` : page))
  try {
    if (!file.startsWith(DIST)) throw new Error('outside')
    const content = await readFile(file)
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': POLICY })
    response.end(content)
  } catch {
    answer(response, 404, { error: { code: 'not_found', message: '没有这个页面。' } })
  }
}

const sockets = new WebSocketServer({ server })
sockets.on('connection', (socket, request) => {
  const isAgent = request.url.startsWith('/api/v1/agent/')
  socket.once('message', (data) => {
    const hello = JSON.parse(String(data))
    const send = (frame) => socket.send(JSON.stringify(frame))
    const receive = isAgent ? desk.agentStream(hello, send) : desk.customerStream(hello, send)
    if (receive === null) return socket.close(4401)
    socket.on('message', (more) => receive(JSON.parse(String(more))))
    socket.on('close', () => receive({ type: 'closed' }))
  })
})

server.listen(Number(values.port), '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}/`
  console.log(`${address}  ${address}console/ (any name, "admin" is the administrator; password "demo")`)
})
