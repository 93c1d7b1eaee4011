import { createHmac, timingSafeEqual } from 'node:crypto'

/** Whether an `Authorization` header is this bearer token (RFC 6750 §2.1), in time that does not tell how much fits. */
export function isBearer(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(authorization ?? '')
  const expected = Buffer.from(`Bearer ${token}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** What an `Authorization` header brings as a bearer; `undefined` where it brings none. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : undefined

/** What opens the scripted model alone, for whoever must not know the service token that it is made of. */
export const scriptedModelKey = (serviceToken: string): string =>
  createHmac('sha256', serviceToken).update('scripted-model').digest('base64url')
