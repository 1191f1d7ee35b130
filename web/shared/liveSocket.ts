import { backoffDelayMs } from './backoff'

export const PING_EVERY_MS = 20_000
/** Silence after which a socket counts as dead: mobile networks drop connections without telling either side. */
export const SILENCE_LIMIT_MS = 45_000
/** A connection attempt without a first frame is given up after this. */
export const OPENING_LIMIT_MS = 10_000
/** A connection this old was a good one: the next loss starts the back-off from the beginning. */
export const STABLE_AFTER_MS = 5_000

/** Like HTTP 401. */
const UNAUTHORIZED = 4401

interface Frame {
  type: string
}

interface Ping {
  type: 'ping'
}

export type SocketState = 'stopped' | 'connecting' | 'open' | 'waiting'

/** The part of WebSocket that is used; tests give their own. */
export interface RawSocket {
  readonly readyState: number
  send(data: string): void
  close(code?: number, reason?: string): void
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
  onerror: ((event: never) => void) | null
}

/** `F`: frames of the service; `S`: frames to it. */
export interface LiveSocketOptions<F extends Frame, S extends Frame> {
  url: () => string
  /** The first frame, made anew for every connection: it carries the number to resume from. */
  hello: () => S
  onFrame: (frame: F) => void
  onState: (state: SocketState) => void
  /** The service does not accept the token (close code 4401). The socket goes on trying until it is stopped. */
  onRefused: () => void
  createSocket?: (url: string) => RawSocket
}

/**
 * A WebSocket that comes back by itself.
 *
 * It is `open` from the service's first frame on (a proxy may accept a connection that nobody serves). What was missed in
 * between is the owner's matter: `hello` says where to resume.
 */
export class LiveSocket<F extends Frame, S extends Frame = Frame> {
  #socket: RawSocket | null = null
  #state: SocketState = 'stopped'
  #attempt = 0
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #pingTimer: ReturnType<typeof setInterval> | undefined
  #openingTimer: ReturnType<typeof setTimeout> | undefined
  #heard_at_ms = 0
  #opened_at_ms: number | null = null
  readonly #options: LiveSocketOptions<F, S>

  constructor(options: LiveSocketOptions<F, S>) {
    this.#options = options
  }

  get state(): SocketState {
    return this.#state
  }

  start(): void {
    if (this.#state === 'stopped') this.#connect()
  }

  stop(): void {
    this.#drop()
    clearTimeout(this.#retryTimer)
    this.#setState('stopped')
  }

  /** Does not wait out the back-off: the network is said to be back, or the page is looked at again. */
  hurry(): void {
    // A computer that slept may have lost the connection without being told.
    if (this.#state === 'open') this.#watch()
    if (this.#state !== 'waiting') return
    clearTimeout(this.#retryTimer)
    this.#connect()
  }

  /** Starts over on a new connection, after whatever made the present one useless. */
  reconnect(): void {
    if (this.#state === 'stopped') return
    this.#drop()
    this.#retryLater()
  }

  /** Answers false if nothing could be sent; frames are not kept. */
  send(frame: S | Ping): boolean {
    if (this.#state !== 'open' || this.#socket?.readyState !== 1) return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }

  #connect(): void {
    this.#setState('connecting')
    let socket: RawSocket
    try {
      const create = this.#options.createSocket ?? ((url: string) => new WebSocket(url) as unknown as RawSocket)
      socket = create(this.#options.url())
    } catch {
      this.#retryLater()
      return
    }
    this.#socket = socket
    this.#heard_at_ms = Date.now()
    this.#pingTimer = setInterval(() => {
      this.#watch()
    }, PING_EVERY_MS)
    this.#openingTimer = setTimeout(() => {
      this.reconnect()
    }, OPENING_LIMIT_MS)
    socket.onopen = () => {
      if (socket === this.#socket) socket.send(JSON.stringify(this.#options.hello()))
    }
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#receive(event.data)
    }
    socket.onclose = (event) => {
      if (socket !== this.#socket) return
      this.#drop()
      this.#retryLater()
      if (event.code === UNAUTHORIZED) this.#options.onRefused()
    }
    socket.onerror = null // always followed by close
  }

  #receive(data: unknown): void {
    this.#heard_at_ms = Date.now()
    let frame: F
    try {
      frame = JSON.parse(String(data)) as F
    } catch {
      return
    }
    if (this.#state === 'connecting' && frame.type !== 'error') {
      clearTimeout(this.#openingTimer)
      this.#opened_at_ms = Date.now()
      this.#setState('open')
    }
    this.#options.onFrame(frame)
  }

  #watch(): void {
    // Either way: the computer's clock may be set back.
    if (Math.abs(Date.now() - this.#heard_at_ms) > SILENCE_LIMIT_MS) this.reconnect()
    else this.send({ type: 'ping' })
  }

  #retryLater(): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => {
      this.#connect()
    }, backoffDelayMs(this.#attempt++))
    this.#setState('waiting')
  }

  #drop(): void {
    clearInterval(this.#pingTimer)
    clearTimeout(this.#openingTimer)
    if (this.#opened_at_ms !== null && Date.now() - this.#opened_at_ms >= STABLE_AFTER_MS) this.#attempt = 0
    this.#opened_at_ms = null
    const socket = this.#socket
    this.#socket = null
    if (socket === null) return
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null
    socket.close()
  }

  #setState(state: SocketState): void {
    if (state === this.#state) return
    this.#state = state
    this.#options.onState(state)
  }
}
