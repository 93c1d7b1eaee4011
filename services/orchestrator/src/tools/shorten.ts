/** Keeps beginning and end: the end is where a build says what went wrong. */
export function shorten(text: string, maxCharacters: number): { text: string; truncated: boolean } {
  if (text.length <= maxCharacters) return { text, truncated: false }
  const half = Math.floor(maxCharacters / 2)
  const [head, tail] = [text.slice(0, half), text.slice(-half)]
  const note = `\n[… ${text.length - head.length - tail.length} characters left out …]\n`
  return { text: head.toWellFormed() + note + tail.toWellFormed(), truncated: true }
}
