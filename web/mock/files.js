/** Files uploaded to the mock, by id, with their content. */

export class Files {
  #byId = new Map()

  get(id) {
    return this.#byId.get(id)
  }

  keep(attachment, content) {
    const id = `file-${this.#byId.size + 1}`
    this.#byId.set(id, { ...attachment, content })
    return { id, ...attachment }
  }

  /** The files a message names, and what stands for them where it has no words. */
  of(text, ids = []) {
    const attachments = ids.map((id) => {
      const { name, content_type, size_bytes } = this.#byId.get(id)
      return { id, name, content_type, size_bytes }
    })
    const label = attachments.map((one) => (one.content_type.startsWith('image/') ? '[图片]' : `[文件] ${one.name}`)).join('\n')
    return [text || label, { attachments }]
  }
}
