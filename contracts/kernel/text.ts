import { z } from 'zod'

/** A short text that a person types: not blank, at most so many characters. */
export const line = (most: number) => z.string().trim().min(1).max(most)
