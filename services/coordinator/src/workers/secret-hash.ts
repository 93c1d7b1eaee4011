import { createHash } from 'node:crypto'

/** What is kept of a worker's token or credential: they are 32 random bytes, so that nothing slower is needed. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
