import { z } from 'zod'
import { uuid } from '../kernel/index.ts'

/** Which panels Mission Control shows, in what order and how large (grid units). Empty: the console chooses. */
export const consoleLayout = z.strictObject({
  panels: z
    .array(z.strictObject({ sessionId: uuid, columns: z.int().min(1).max(4), rows: z.int().min(1).max(4) }))
    .max(64),
  columns: z.int().min(1).max(6).nullable(),
})
export type ConsoleLayout = z.infer<typeof consoleLayout>
