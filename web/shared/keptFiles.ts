import type { Attachment } from './contract'
import type { WaitingFile } from './courier'
import { randomId } from './ids'

/** All waiting files together; more would be noticed on a phone, and a browser may refuse it. */
export const MOST_KEPT_BYTES = 50 * 1024 * 1024
/** What nobody sent for so long is forgotten. */
const KEPT_MS = 7 * 24 * 3600 * 1000
/** A file that no letter of this page names may belong to one that another tab is about to write. */
const UNNAMED_KEPT_MS = 24 * 3600 * 1000
const STORE = 'files'

interface Row extends WaitingFile {
  blob: Blob
  at_ms: number
}

/**
 * Chosen files that are not with the service yet, in IndexedDB, so that a lost network or a reload loses none.
 *
 * Where the browser has no IndexedDB (private mode) they live as long as the page.
 */
export class KeptFiles {
  readonly #held = new Map<string, Row>()
  readonly #uploaded = new Map<string, Attachment>()
  #database: Promise<IDBDatabase | null> | null = null

  /** `name` of the database: one for whoever's files they are, so that two customers or agents of a browser never share them. */
  constructor(
    private readonly name: string,
    private readonly factory: IDBFactory | null = usableFactory(),
  ) {}

  /** Takes a file; null when there is no room for it. */
  keep(file: File): WaitingFile | null {
    const held_bytes = [...this.#held.values()].reduce((sum, row) => sum + row.size_bytes, 0)
    if (held_bytes + file.size > MOST_KEPT_BYTES) return null
    const kept: WaitingFile = { key: randomId(), name: file.name, content_type: file.type, size_bytes: file.size }
    const row: Row = { ...kept, blob: file, at_ms: Date.now() }
    this.#held.set(kept.key, row)
    void this.#write((store) => store.put(row))
    return kept
  }

  /** The file itself; null when the browser does not have it any more. */
  async read(kept: WaitingFile): Promise<File | null> {
    const row = this.#held.get(kept.key) ?? (await this.#ask((store) => store.get(kept.key) as IDBRequest<Row | undefined>))
    return row ? new File([row.blob], kept.name, { type: kept.content_type }) : null
  }

  /** The attachment a file has become, so that trying its message again does not upload it again. */
  uploaded(kept: WaitingFile): Attachment | undefined {
    return this.#uploaded.get(kept.key)
  }

  becomes(kept: WaitingFile, attachment: Attachment): void {
    this.#uploaded.set(kept.key, attachment)
  }

  drop(files: readonly WaitingFile[]): void {
    for (const { key } of files) {
      this.#held.delete(key)
      this.#uploaded.delete(key)
      void this.#write((store) => store.delete(key))
    }
  }

  /** Forgets what no message waits for any more; counts the others against the limit. */
  async sweep(isWanted: (key: string) => boolean): Promise<void> {
    for (const row of (await this.#ask((store) => store.getAll() as IDBRequest<Row[]>)) ?? []) {
      const age_ms = Date.now() - row.at_ms
      if (age_ms > KEPT_MS || (age_ms > UNNAMED_KEPT_MS && !isWanted(row.key))) this.drop([row])
      else this.#held.set(row.key, row)
    }
  }

  async #write(change: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    await this.#ask(change, 'readwrite')
  }

  /** Null where there is no database, or it refuses: the page then goes on with what it holds. */
  async #ask<T>(request: (store: IDBObjectStore) => IDBRequest<T>, mode: IDBTransactionMode = 'readonly'): Promise<T | null> {
    try {
      this.#database ??= this.#open()
      const database = await this.#database
      return database && (await settled(request(database.transaction(STORE, mode).objectStore(STORE))))
    } catch {
      return null
    }
  }

  async #open(): Promise<IDBDatabase | null> {
    if (this.factory === null) return null
    const opening = this.factory.open(this.name, 1)
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(STORE, { keyPath: 'key' })
    }
    return settled(opening)
  }
}

/** None where the page has no access to it. */
function usableFactory(): IDBFactory | null {
  try {
    return (globalThis as { indexedDB?: IDBFactory }).indexedDB ?? null
  } catch {
    return null
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result)
    }
    request.onerror = () => {
      reject(request.error ?? new Error('the browser keeps no files'))
    }
  })
}
