import { z } from 'zod'

/** Who types at a terminal. */
export const typist = z.object({ operatorId: z.string(), operatorName: z.string() })
export type Typist = z.infer<typeof typist>

/** What is run in a terminal: for `sh -c`. */
export const terminalCommand = z
  .string()
  .max(4000)
  .refine((text) => text.trim() !== '', { error: 'expected a command' })
  .refine((text) => !/[^\P{Cc}\t\n]/u.test(text), { error: 'expected no control characters' })

/** In characters. */
export const terminalSize = z.strictObject({ columns: z.int().min(20).max(500), rows: z.int().min(5).max(200) })
export type TerminalSize = z.infer<typeof terminalSize>
export const usualSize: TerminalSize = { columns: 100, rows: 30 }

/** What one person types at once, or pastes, in characters. */
export const mostTyped = 16_000

export const takeTerminal = z.strictObject({})
export const releaseTerminal = z.strictObject({})
/** As keys make it: Enter is a carriage return, arrows are escape sequences. */
export const typeInTerminal = z.strictObject({ text: z.string().min(1).max(mostTyped) })
export const resizeTerminal = z.strictObject(terminalSize.shape)
