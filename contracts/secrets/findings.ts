/** Where something that looks like a secret stands. */
export type SecretPlace = { readonly file: string; readonly line: number; readonly kind: string }

const most = 10

/** For people: the first of them, never the secret. */
export const secretPlaces = (places: readonly SecretPlace[]): string =>
  places
    .slice(0, most)
    .map(({ file, line, kind }) => `${file}:${line} (${kind})`)
    .join(', ')

/** Why nothing was committed, and why what was kept did not go out. */
export const refusedForSecrets = (places: readonly SecretPlace[]): string =>
  `Not committed, since it holds secrets: ${secretPlaces(places)}. Take them out, or read them from the environment.`
export const keptForSecrets = (places: readonly SecretPlace[]): string =>
  `It holds secrets, so it stays on this machine: ${secretPlaces(places)}`

/** The places that such a sentence names; none for any other text. */
export function placesRefused(text: string): SecretPlace[] {
  const begin = /\bit holds secrets(?:: |, so it stays on this machine: )/i.exec(text)
  if (!begin) return []
  const place = /(.+?):(\d+) \(([^()]*)\)(, )?/sy
  place.lastIndex = begin.index + begin[0].length
  const places: SecretPlace[] = []
  for (let goesOn = true; goesOn; ) {
    const found = place.exec(text)
    if (!found) break
    const [, file = '', line, kind = '', comma] = found
    places.push({ file, line: Number(line), kind })
    goesOn = comma !== undefined
  }
  return places
}
