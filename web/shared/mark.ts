/** The logo, in every language. */
export const MARK = '桥' // eslint-disable-line no-restricted-syntax -- A picture, not a word.
