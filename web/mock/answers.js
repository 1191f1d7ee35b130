/** How the mock answers. */

/** Mobile numbers as agents get them. */
export function masked(answer) {
  return JSON.parse(JSON.stringify(answer ?? null).replace(/(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g, '$1****$2'))
}

export function failure(status, code, message, more = {}) {
  return [status, { error: { code, message, ...more } }]
}
