import type { Upcast } from '../kernel/index.ts'

/** Tokens of version 1 stood in arguments of programs, and had no end: they have ended. */
export const admittedV1: Upcast = (data) => ({ ...data, expiresAt: '1970-01-01T00:00:00.000Z' })
