/** Longest part of a branch's name that is taken from a task, in characters. */
const longest = 40
const idLength = 8

/** Which sessions' branches are, readable from far away: `mosaic/{what the task says}-{end of the session's id}`. */
export function branchNameOf(task: string, sessionId: string): string {
  // The end of an id is where ids of one moment differ.
  const id = sessionId.replaceAll(/[^A-Za-z0-9]/g, '').slice(-idLength)
  return `mosaic/${[slugOf(task), id].filter(Boolean).join('-')}`
}

/** The first line in lower case, letters and digits of any script, the rest as dashes; cut between words. */
export function slugOf(task: string): string {
  const [line = ''] = task.trim().split('\n', 1)
  const words = line
    .slice(0, 10 * longest)
    .toLowerCase()
    .normalize('NFKD')
    // Accents of Latin letters; marks that other scripts cannot be read without stay.
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .map((word) => word.replace(/^\p{M}+/u, ''))
    .filter(Boolean)
  let slug = ''
  for (const word of words) {
    const longer = slug === '' ? [...word].slice(0, longest).join('') : `${slug}-${word}`
    if ([...longer].length > longest) break
    slug = longer
  }
  return slug
}
