import { z } from 'zod'
import { systemClock } from './clock.ts'

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix time in milliseconds, then randomness, so that ids sort by age.
 * @param milliseconds Unix time; @param random at least ten random bytes.
 */
export function uuidv7(milliseconds: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16)
  let rest = milliseconds
  for (let at = 5; at >= 0; at--) {
    bytes[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const digits = hex(bytes)
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  )
}

/** A new UUIDv7 from the runtime's clock and randomness. Not for deciders: there, ids come in on the command. */
export const newId = (): string => uuidv7(systemClock.now().getTime(), crypto.getRandomValues(new Uint8Array(10)))

/** Any RFC 9562 UUID, in lower case. */
export const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/, {
  error: 'expected a UUID in lower case',
})

/** Workspace ids are chosen by people: a NATS token and part of a stream name, so letters, digits, `-` and `_`. */
export const workspaceId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, {
  error: 'expected 1 to 64 letters, digits, "-" or "_"',
})

/** A moment, ISO 8601 in UTC with milliseconds. */
export const timestamp = z.iso.datetime()

/** A commit position in the log: an unsigned 64-bit number written in decimal, because JSON numbers lose digits. */
export const position = z.string().regex(/^\d{1,20}$/, { error: 'expected a commit position (decimal digits)' })
