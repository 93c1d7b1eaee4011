/** Whether every word of `query` is in `text`, and how well: smaller is better; null when it does not match. */
export function rank(text: string, query: string): number | null {
  const hay = text.toLowerCase()
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  let score = 0
  for (const word of words) {
    const at = hay.indexOf(word)
    if (at < 0) return null
    const startsWord = at === 0 || /\W/.test(hay[at - 1]!)
    score += at + (startsWord ? 0 : 50)
  }
  return score
}
