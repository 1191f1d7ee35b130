import type { Attachment } from './contract'
import type { Letter, WaitingFile } from './courier'
import { ApiError } from './http'
import type { KeptFiles } from './keptFiles'

/** The files of one conversation's messages that wait for the network: kept in the browser, uploaded when their message goes out. */
export class OutgoingFiles {
  constructor(
    private readonly kept: KeptFiles,
    private readonly upload: (file: File) => Promise<Attachment>,
    private readonly goneText: string,
  ) {}

  /** Keeps a file until there is a network again; null when there is no room for it. */
  keep(file: File): WaitingFile | null {
    return this.kept.keep(file)
  }

  drop(files: readonly WaitingFile[]): void {
    this.kept.drop(files)
  }

  /** All attachments of a letter; those that waited are uploaded now, each once. */
  async attachmentsOf({ attachments = [], files = [] }: Letter): Promise<Attachment[]> {
    const all = [...attachments]
    for (const file of files) all.push(await this.attachmentOf(file))
    return all
  }

  /**
   * What a kept file becomes.
   *
   * @throws ApiError as the upload does, and when the browser has lost the file.
   */
  async attachmentOf(waiting: WaitingFile): Promise<Attachment> {
    const known = this.kept.uploaded(waiting)
    if (known) return known
    const file = await this.kept.read(waiting)
    if (file === null) throw new ApiError(410, { code: 'file_gone', message: this.goneText })
    const attachment = await this.upload(file)
    this.kept.becomes(waiting, attachment)
    return attachment
  }
}
