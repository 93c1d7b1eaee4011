/** What others wrote, as plain text: no characters that are not seen, no lone surrogates, and so much of it. */
export function plainText(text: string, most: number): string {
  const clean = text.toWellFormed().replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, '')
  return clean.length > most ? `${clean.slice(0, most).toWellFormed()} …` : clean
}

/** Of what a host says. */
export const firstLine = (text: string): string => plainText(text.trim(), 2000).split('\n')[0]!.slice(0, 500)
