/** Without letters and digits that look alike: it is read out or copied by hand. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const LENGTH = 16

/** As the service asks for. */
export const SHORTEST_PASSWORD = 10

/** A first password, 93 random bits. */
export function newPassword(random: (array: Uint8Array<ArrayBuffer>) => Uint8Array = (array) => crypto.getRandomValues(array)): string {
  const letters: string[] = []
  while (letters.length < LENGTH) {
    for (const byte of random(new Uint8Array(64))) {
      // What is left over would make some letters likelier than others.
      if (byte < LETTERS.length * Math.floor(256 / LETTERS.length) && letters.length < LENGTH) letters.push(LETTERS.charAt(byte % LETTERS.length))
    }
  }
  return letters.join('')
}
