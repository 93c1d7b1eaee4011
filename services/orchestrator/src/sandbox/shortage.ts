const shortages: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])

/** Whether the machine or this process had too little of something: what could not be read then may well be there. */
export const isShortage = (error: unknown): boolean => shortages.has((error as NodeJS.ErrnoException).code)
