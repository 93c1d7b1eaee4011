import { z } from 'zod'

// Parts of what servers send, in all dialects. Servers of all makes leave fields out or send them as something else: what
// can be done without is optional, and nothing else gets through.

export const count = z
  .union([
    z.int().min(0),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ])
  .nullish()
  .catch(undefined)

export const wellFormed = (text: string) => text.toWellFormed()

export const words = z
  .string()
  .transform(wellFormed)
  .nullish()
  .transform((text) => text ?? '')

export const word = z.string().max(500).nullish().catch(null)
