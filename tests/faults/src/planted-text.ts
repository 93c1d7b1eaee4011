import type { Random } from './eventstore-random.ts'

/**
 * Stands in every made-up secret, once in twelve characters: wherever seventeen of them are, it is. Nothing else holds it.
 * Put together here, so that this file is not found.
 */
export const trace = ['Zq7', 'Xw9'].join('')

const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** So many characters, as random as a secret is. */
export function secretText(random: Random, length: number): string {
  let text = ''
  while (text.length < length) {
    text += trace
    for (let n = 0; n < 6; n++) text += letters[random.between(0, letters.length - 1)]!
  }
  return text.slice(0, length)
}

const label = ['PRIVATE', 'KEY-----'].join(' ')

/** What is a secret by its own shape: it may be cut in two, and is known by each half and the end of the one before. */
export const marked = (random: Random): string => {
  const text = (length: number) => secretText(random, length)
  const kinds = [
    () => `sk-ant-api03-${text(80)}`,
    () => `sk-proj-${text(48)}`,
    () => `ghp_${text(36)}`,
    () => `glpat-${text(24)}`,
    () => `xoxb-123456789012-${text(24)}`,
    () => `sk_live_${text(24)}`,
    () => `npm_${text(36)}`,
    () => `hf_${text(34)}`,
    () => `eyJ${text(20)}.eyJ${text(40)}.${text(43)}`,
    () => `mosaic_${text(43)}`,
  ]
  return kinds[random.between(0, kinds.length - 1)]!()
}

/** A secret of any kind, in words that tell that it is one. */
export const planted = (random: Random, custom: string): string => {
  const text = (length: number) => secretText(random, length)
  const kinds = [
    () => marked(random),
    () => `password = "${text(24)}"`,
    () => `{"client_secret": "${text(32)}"}`,
    () => `export SERVICE_TOKEN=${text(28)}`,
    () => `https://ada:${text(16)}@git.example/thing.git`,
    () => `Authorization: Bearer ${text(40)}`,
    () => `${custom}${text(24)}`,
    () => [`-----BEGIN RSA ${label}`, text(64), text(64), text(40), `-----END RSA ${label}`].join('\n'),
  ]
  return kinds[random.between(0, kinds.length - 1)]!()
}
