import { allowSound, chime } from '../shared/chime'
import type { Message } from '../shared/contract'
import { ChatClient } from './chatClient'
import type { ChatState } from './chatState'
import { BRAND_PROPERTIES, brandProperties } from './colour'
import { followKeyboard } from './keyboard'
import { loadPreferences, savePreferences, type Preferences } from './preferences'
import { read, rememberOpen, storagePrefix, usableStorage, wasOpenBefore } from './session'
import lightboxStyles from '../shared/lightbox.css?inline'
import styles from './styles/index.css?inline'
import { textsFor, type Texts } from './texts'
import { TicketDesk } from './ticketDesk'
import { ChatView } from './view/chatView'
import { viewActions } from './viewActions'
import { showPicture } from './view/pictures'

const REBUILD_ATTRIBUTES = ['server', 'identity-token', 'lang', 'title-text', 'voice-input']
/** What the customer's system prefers, where the page does not say. */
const PREFERS_DARK = matchMedia('(prefers-color-scheme: dark)')
const RESTYLE_ATTRIBUTES = ['theme', 'brand-color', 'position', 'large-text']

let defaultServer = document.baseURI

/** The service this script was loaded from; the `server` attribute overrides it. */
export function setDefaultServer(scriptUrl: string): void {
  defaultServer = new URL('..', scriptUrl).href
}

/**
 * `<xiaoqiao-chat>`: the customer's chat window, in a shadow root so that page and widget leave each other's styles alone.
 *
 * Attributes, methods and events are described in docs/widget.md.
 */
export class XiaoqiaoChat extends HTMLElement {
  static readonly observedAttributes = [...REBUILD_ATTRIBUTES, ...RESTYLE_ATTRIBUTES]

  readonly #root = this.attachShadow({ mode: 'open' })
  readonly #storage = usableStorage()
  #client: ChatClient | null = null
  #view: ChatView | null = null
  #preferences: Preferences = { largeText: false, sound: true }
  #open = false
  #unread = 0
  #renderQueued = false
  #rebuildQueued = false
  #unfollow = (): void => undefined

  /** Opens the chat window. */
  open(): void {
    this.#setOpen(true, true)
  }

  /** Folds it up; the conversation goes on. */
  close(): void {
    this.#setOpen(false, true)
  }

  /** Opens the window and sends `text` in the customer's name, e.g. from a "问问客服" link of the page. */
  send(text: string): void {
    this.#setOpen(true, false)
    this.#view?.showTalk()
    this.#client?.send(text)
  }

  connectedCallback(): void {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(styles + lightboxStyles)
    this.#root.adoptedStyleSheets = [sheet]
    this.#build()
    allowSound(this.#root)
    addEventListener('online', this.#hurry)
    PREFERS_DARK.addEventListener('change', this.#restyle)
    document.addEventListener('visibilitychange', this.#hurry)
    this.#unfollow = followKeyboard(this)
  }

  disconnectedCallback(): void {
    this.#tearDown()
    removeEventListener('online', this.#hurry)
    PREFERS_DARK.removeEventListener('change', this.#restyle)
    document.removeEventListener('visibilitychange', this.#hurry)
    this.#unfollow()
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || before === after || this.#view === null) return
    if (RESTYLE_ATTRIBUTES.includes(name)) {
      this.#preferences = loadPreferences(this.#storage, this.#defaultPreferences())
      this.#restyle()
    } else this.#rebuildSoon()
  }

  readonly #hurry = (): void => {
    if (document.visibilityState !== 'visible') return
    this.#client?.hurry()
    if (!this.#open) return
    this.#setUnread(0)
    this.#client?.tellRead()
  }

  // ---- building ----------------------------------------------------------------------------------------

  get #server(): string {
    const server = new URL(this.getAttribute('server') ?? defaultServer, document.baseURI).href
    return server.endsWith('/') ? server : `${server}/`
  }

  #build(): void {
    const texts = textsFor(this.getAttribute('lang'))
    const identityToken = this.getAttribute('identity-token') ?? null
    this.#preferences = loadPreferences(this.#storage, this.#defaultPreferences())
    this.#client = this.#buildClient(texts, identityToken === '' ? null : identityToken)
    this.#view = this.#buildView(texts, this.#client)
    this.#root.replaceChildren(this.#view.launcher, this.#view.panel)
    this.#restyle()
    this.#setUnread(0)
    const wasOpen = this.hasAttribute('open') || wasOpenBefore()
    this.#setOpen(wasOpen, false)
    if (!wasOpen && this.#client.hasSession) this.#client.start()
    this.#render()
  }

  #buildClient(texts: Texts, identityToken: string | null): ChatClient {
    return new ChatClient({
      server: this.#server,
      identityToken,
      storage: this.#storage,
      fetch: (input, init) => fetch(input, init),
      networkText: texts.networkText,
      fileGoneText: texts.fileGone,
      onChange: () => {
        this.#renderSoon()
      },
      onArrival: (messages) => {
        this.#announce(messages)
      },
      onReturn: (unread) => {
        if (!this.#isLookedAt) this.#setUnread(unread)
      },
      onIdentityRefused: () => {
        this.#emit('xiaoqiao-identity-refused')
      },
    })
  }

  #buildView(texts: Texts, client: ChatClient): ChatView {
    const identityToken = this.getAttribute('identity-token')
    const draft = { storage: this.#storage, key: `${storagePrefix(this.#server, identityToken)}:draft` }
    const tickets = new TicketDesk({
      server: this.#server,
      identityToken,
      storage: usableStorage('sessionStorage'),
      leave: (ticket) => {
        client.send('', { ticket })
      },
      refresh: () => client.tickets.refresh(),
    })
    return new ChatView({
      texts,
      title: this.getAttribute('title-text') ?? texts.title,
      draft: read(draft.storage, draft.key) ?? '',
      voice: this.hasAttribute('voice-input'),
      preferences: this.#preferences,
      actions: viewActions(client, tickets, draft, texts, {
        open: () => {
          this.open()
        },
        close: () => {
          this.close()
        },
        showPicture: (id) => {
          showPicture(this.#root, id, client.state.messages, (one) => client.fileUrl(one), texts)
        },
        prefer: (preferences) => {
          this.#preferences = preferences
          savePreferences(this.#storage, preferences)
          this.#restyle()
        },
      }),
    })
  }

  #tearDown(): void {
    this.#client?.stop()
    this.#client = null
    this.#view = null
    this.#root.replaceChildren()
  }

  /** Several attributes set in a row cost one rebuild. */
  #rebuildSoon(): void {
    if (this.#rebuildQueued) return
    this.#rebuildQueued = true
    queueMicrotask(() => {
      this.#rebuildQueued = false
      if (!this.isConnected) return
      this.#tearDown()
      this.#build()
    })
  }

  // ---- showing -----------------------------------------------------------------------------------------

  #renderSoon(): void {
    if (this.#renderQueued) return
    this.#renderQueued = true
    queueMicrotask(() => {
      this.#renderQueued = false
      this.#render()
    })
  }

  #render(): void {
    if (this.#client === null || this.#view === null) return
    const state: ChatState = this.#client.state
    this.#view.update(state)
    if (this.#isLookedAt) this.#client.tellRead()
  }

  readonly #restyle = (): void => {
    const panel = this.#view?.panel
    if (!panel) return
    const theme = this.getAttribute('theme')
    const isDark = theme === 'dark' || (theme !== 'light' && PREFERS_DARK.matches)
    const colour = this.getAttribute('brand-color')
    for (const part of [panel, this.#view?.launcher]) {
      if (!part) continue
      part.dataset.theme = isDark ? 'dark' : 'light'
      part.dataset.position = this.getAttribute('position') === 'left' ? 'left' : 'right'
      part.classList.toggle('large', this.#preferences.largeText)
      if (colour === null) for (const name of BRAND_PROPERTIES) part.style.removeProperty(name)
      for (const [name, value] of Object.entries(brandProperties(colour ?? '') ?? {})) part.style.setProperty(name, value)
    }
  }

  #setOpen(open: boolean, moveFocus: boolean): void {
    const changed = open !== this.#open
    this.#open = open
    this.#view?.setOpen(open, moveFocus)
    rememberOpen(open)
    if (open) {
      this.#setUnread(0)
      this.#client?.start()
      this.#client?.tellRead()
    }
    if (changed) this.#emit(open ? 'xiaoqiao-open' : 'xiaoqiao-close')
  }

  get #isLookedAt(): boolean {
    return this.#open && document.visibilityState === 'visible'
  }

  #announce(messages: readonly Message[]): void {
    const fromOthers = messages.filter((message) => message.sender !== 'customer').length
    if (fromOthers === 0 || this.#isLookedAt) return
    this.#setUnread(this.#unread + fromOthers)
    if (this.#preferences.sound) void chime()
  }

  #setUnread(count: number): void {
    const changed = count !== this.#unread
    this.#unread = count
    this.#view?.setUnread(count)
    if (changed) this.#emit('xiaoqiao-unread', { count })
  }

  #emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }))
  }

  #defaultPreferences(): Preferences {
    return { largeText: this.hasAttribute('large-text'), sound: true }
  }
}
