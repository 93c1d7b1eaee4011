import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits of randomness in base64url: too many to guess, and safe in URLs, headers and cookies. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** Secrets are kept as their hash only. They are random, so that no slow hash is needed. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** Compares in time that does not depend on where two secrets differ. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest())
}
