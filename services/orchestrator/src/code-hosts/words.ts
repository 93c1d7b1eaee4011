/** What others wrote, as plain text: no control characters, no lone surrogates, and so much of it. */
export function plainText(text: string, most: number): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  const clean = text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g, '')
  return clean.length > most ? `${clean.slice(0, most).toWellFormed()} …` : clean
}

/** Of what a host says. */
export const firstLine = (text: string): string => plainText(text.trim(), 2000).split('\n')[0]!.slice(0, 500)
