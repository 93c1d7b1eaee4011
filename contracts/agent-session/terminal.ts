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

/**
 * Control functions (CSI, by ECMA-48 and xterm) that a terminal carries out as often as it is told. What is asked of them
 * beyond its size shows nothing more, and a program can ask for two thousand million times: who keeps a screen leaves such out.
 */
export const repeatedFunctions: readonly { readonly intermediates?: string; readonly final: string }[] = [
  ...[...'bILMSTZ@PX^'].map((final) => ({ final })),
  ...[...'@A'].map((final) => ({ intermediates: ' ', final })),
  ...[...'}~'].map((final) => ({ intermediates: "'", final })),
]
/** More often than any of them makes sense on a screen of that size. */
export const isTooOften = (
  parameters: readonly (number | readonly number[])[],
  { columns, rows }: TerminalSize,
): boolean => parameters.flat().some((times) => times > Math.max(columns, rows))
