/** A spreadsheet would run what begins so as a formula, whoever wrote it. */
// Full-width signs too: an input method's, which some spreadsheets take for the plain ones.
const RUNS = /^\s*[=+\-@\t\r＝＋－＠]/
const NUMBER = /^-?\d+(\.\d+)?$/

/** Rows as a CSV file that Excel opens in Chinese: with a byte order mark, and with nothing in it that could run. */
export function csv(rows: readonly (readonly unknown[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  const safe = RUNS.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
