import type { UnreadableEvent } from '@mosaic/contracts/kernel'

/** What a surface says of a session whose stream holds an event that cannot be read. */
export const cannotBeRead = ({ revision }: UnreadableEvent): string => `cannot be read since event ${revision}`
