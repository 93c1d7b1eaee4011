import { timingSafeEqual } from 'node:crypto'

/** Whether an `Authorization` header is this bearer token (RFC 6750 §2.1), in time that does not tell how much fits. */
export function isBearer(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(authorization ?? '')
  const expected = Buffer.from(`Bearer ${token}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
