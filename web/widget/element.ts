import { allowSound } from '../shared/chime'
import type { Message } from '../shared/contract'
import { ChatClient } from './chatClient'
import type { ChatState } from './chatState'
import { BRAND_PROPERTIES, brandProperties } from './colour'
import { loadPreferences, savePreferences, type Preferences } from './preferences'
import { fetchHearingTime } from './serviceTime'
import { read, rememberOpen, storagePrefix, usableStorage, wasOpenBefore } from './session'
import lightboxStyles from '../shared/lightbox.css?inline'
import styles from './styles/index.css?inline'
import { followSurroundings, isSystemDark } from './surroundings'
import { textsFor, type Texts } from './texts'
import { TicketDesk } from './ticketDesk'
import { Unread } from './unread'
import { ChatView } from './view/chatView'
import { viewActions } from './viewActions'
import { showPicture } from './view/pictures'

const REBUILD_ATTRIBUTES = ['server', 'lang', 'title-text', 'voice-input']
const RESTYLE_ATTRIBUTES = ['theme', 'brand-color', 'position', 'large-text']

let defaultServer = document.baseURI

/** The service this script was loaded from, by either of its names; the `server` attribute overrides it. */
export function setDefaultServer(scriptUrl: string): void {
  defaultServer = new URL(/\/assets\/[^/]*$/.test(scriptUrl) ? '../..' : '..', scriptUrl).href
}

/**
 * `<xiaoqiao-chat>`: the customer's chat window, in a shadow root so that page and widget leave each other's styles alone.
 *
 * Attributes, methods and events are described in docs/widget.md.
 */
export class XiaoqiaoChat extends HTMLElement {
  static readonly observedAttributes = [...REBUILD_ATTRIBUTES, ...RESTYLE_ATTRIBUTES, 'identity-token', 'open']

  readonly #root = this.attachShadow({ mode: 'open' })
  readonly #storage = usableStorage()
  #client: ChatClient | null = null
  #view: ChatView | null = null
  #preferences: Preferences = { largeText: false, sound: true }
  /** Whose conversation it is, as the browser keeps it. */
  #drawer = ''
  #open = false
  #unread: Unread | null = null
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
    this.#unfollow = followSurroundings(this, {
      onGone: () => {
        this.#client?.lose()
      },
      onBack: () => {
        this.#hurry()
      },
      onLeft: () => {
        this.#client?.pause()
      },
      onTheme: () => {
        this.#restyle()
      },
      onKept: (key, value) => {
        if (this.#client !== null) this.#unread?.hear(key, value, this.#client.reached)
      },
    })
  }

  disconnectedCallback(): void {
    this.#tearDown()
    this.#unfollow()
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || before === after || this.#view === null) return
    if (RESTYLE_ATTRIBUTES.includes(name)) {
      this.#preferences = loadPreferences(this.#storage, this.#defaultPreferences())
      this.#restyle()
    } else if (name === 'open') this.#setOpen(after !== null, false)
    else if (name === 'identity-token' && this.#drawer === storagePrefix(this.#server, this.#identityToken)) this.#client?.identify(this.#identityToken)
    else this.#rebuildSoon()
  }

  #hurry(): void {
    if (document.visibilityState !== 'visible') return
    this.#client?.hurry()
    this.#render()
  }

  // ---- building ----------------------------------------------------------------------------------------

  get #server(): string {
    const server = new URL(this.getAttribute('server') ?? defaultServer, document.baseURI).href
    return server.endsWith('/') ? server : `${server}/`
  }

  /** Null: a guest. */
  get #identityToken(): string | null {
    const token = this.getAttribute('identity-token')
    return token === '' ? null : token
  }

  #build(): void {
    const texts = textsFor(this.getAttribute('lang'))
    this.#drawer = storagePrefix(this.#server, this.#identityToken)
    this.#preferences = loadPreferences(this.#storage, this.#defaultPreferences())
    this.#client = this.#buildClient(texts, this.#identityToken)
    this.#view = this.#buildView(texts, this.#client)
    this.#unread = new Unread({
      storage: this.#storage,
      key: `${this.#drawer}:seen`,
      mayChime: () => this.#preferences.sound,
      onChange: (count) => {
        this.#view?.setUnread(count)
        this.#emit('xiaoqiao-unread', { count })
      },
    })
    this.#root.replaceChildren(this.#view.launcher, this.#view.panel)
    this.#restyle()
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
      fetch: fetchHearingTime,
      networkText: texts.networkText,
      fileGoneText: texts.fileGone,
      onChange: () => {
        this.#renderSoon()
      },
      onArrival: (messages) => {
        this.#announce(messages)
      },
      onReturn: (unread) => {
        if (!this.#isLookedAt) this.#unread?.set(unread)
      },
      onIdentityRefused: () => {
        this.#emit('xiaoqiao-identity-refused')
      },
    })
  }

  #buildView(texts: Texts, client: ChatClient): ChatView {
    const draft = { storage: this.#storage, key: `${this.#drawer}:draft` }
    const tickets = new TicketDesk({
      server: this.#server,
      identityToken: this.#identityToken,
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
    this.#unread?.set(0)
    this.#unread = null
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
    this.#look()
  }

  #restyle(): void {
    const panel = this.#view?.panel
    if (!panel) return
    const theme = this.getAttribute('theme')
    const isDark = theme === 'dark' || (theme !== 'light' && isSystemDark())
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
    if (open) this.#client?.start()
    this.#look()
    if (changed) this.#emit(open ? 'xiaoqiao-open' : 'xiaoqiao-close')
  }

  /** The customer sees all that is here: the service is told, and so are other tabs. */
  #look(): void {
    if (!this.#isLookedAt || this.#client === null) return
    this.#client.tellRead()
    this.#unread?.look(this.#client.reached)
  }

  get #isLookedAt(): boolean {
    return this.#open && document.visibilityState === 'visible'
  }

  #announce(messages: readonly Message[]): void {
    const fromOthers = messages.filter((message) => message.sender !== 'customer').length
    if (fromOthers === 0 || this.#isLookedAt) return
    if (this.#client !== null) this.#unread?.add(fromOthers, this.#client.reached)
  }

  #emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }))
  }

  #defaultPreferences(): Preferences {
    return { largeText: this.hasAttribute('large-text'), sound: true }
  }
}
