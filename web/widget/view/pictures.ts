import { isPicture } from '../../shared/attachments'
import type { Message } from '../../shared/contract'
import { showPictures } from '../../shared/lightbox'
import type { Texts } from '../texts'

/** Shows a picture large, and with it all others of the conversation as far as it is here. */
export function showPicture(root: Node, id: string, messages: readonly Message[], url: (id: string) => string, texts: Texts): void {
  const all = messages.flatMap((message) => message.attachments.filter(isPicture))
  const start = all.findIndex((one) => one.id === id)
  const pictures = all.map((one) => ({ src: url(one.id), name: one.name }))
  if (start >= 0) showPictures(root, pictures, start, texts.pictures)
}
