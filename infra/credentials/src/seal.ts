import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** 256 bits. `id` names it without telling anything of it. */
export type MasterKey = { readonly id: string; readonly bytes: Buffer }

const cipher = 'aes-256-gcm'
/** NIST SP 800-38D: 96 bits of nonce; random ones are safe for 2^32 seals under one key. */
const nonceBytes = 12
const tagBytes = 16

export function masterKey(bytes: Buffer): MasterKey {
  const digest = createHash('sha256').update('mosaic master key').update(bytes).digest('hex')
  return { id: digest.slice(0, 16), bytes }
}

/** Nonce, ciphertext and tag as one base64url text. `context` is not kept with it, and must be the same to open it. */
export function seal({ bytes }: MasterKey, plaintext: string, context: readonly string[]): string {
  const nonce = randomBytes(nonceBytes)
  const sealing = createCipheriv(cipher, bytes, nonce, { authTagLength: tagBytes }).setAAD(bound(context))
  const sealed = Buffer.concat([sealing.update(plaintext, 'utf8'), sealing.final()])
  return Buffer.concat([nonce, sealed, sealing.getAuthTag()]).toString('base64url')
}

/** What was sealed; `undefined` when key, context or any of its bits is another. */
export function unseal({ bytes }: MasterKey, sealed: string, context: readonly string[]): string | undefined {
  const whole = Buffer.from(sealed, 'base64url')
  // A decoder that skips what it does not know would take several texts for one.
  if (whole.length < nonceBytes + tagBytes || whole.toString('base64url') !== sealed) return undefined
  const opening = createDecipheriv(cipher, bytes, whole.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(bound(context))
    .setAuthTag(whole.subarray(-tagBytes))
  try {
    const middle = whole.subarray(nonceBytes, -tagBytes)
    return Buffer.concat([opening.update(middle), opening.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/** JSON keeps the parts apart: no two contexts have the same bytes. */
const bound = (context: readonly string[]) => Buffer.from(JSON.stringify(context))
