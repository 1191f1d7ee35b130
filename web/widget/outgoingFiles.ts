import type { Attachment } from '../shared/contract'
import type { Letter, WaitingFile } from '../shared/courier'
import { ApiError } from '../shared/http'
import { KeptFiles } from './keptFiles'
import type { Visitor } from './visitor'

/** The files of messages that wait for the network: kept in the browser, uploaded when their message goes out. */
export class OutgoingFiles {
  readonly #kept: KeptFiles

  constructor(
    private readonly visitor: Visitor,
    private readonly goneText: string,
  ) {
    this.#kept = new KeptFiles(`${visitor.storagePrefix}:files`)
  }

  url(id: string): string {
    return this.visitor.fileUrl(id)
  }

  /** Keeps a file until there is a network again; null when there is no room for it. */
  keep(file: File): WaitingFile | null {
    return this.#kept.keep(file)
  }

  drop(files: readonly WaitingFile[]): void {
    this.#kept.drop(files)
  }

  sweep(letters: readonly Letter[]): void {
    void this.#kept.sweep(new Set(letters.flatMap(({ files = [] }) => files.map((file) => file.key))))
  }

  /** All attachments of a letter; those that waited are uploaded now, each once. */
  async attachmentsOf({ attachments = [], files = [] }: Letter): Promise<Attachment[]> {
    const all = [...attachments]
    for (const file of files) all.push(this.#kept.uploaded(file) ?? (await this.#upload(file)))
    return all
  }

  async #upload(waiting: WaitingFile): Promise<Attachment> {
    const file = await this.#kept.read(waiting)
    if (file === null) throw new ApiError(410, { code: 'file_gone', message: this.goneText })
    const attachment = await this.visitor.upload(file)
    this.#kept.becomes(waiting, attachment)
    return attachment
  }
}
