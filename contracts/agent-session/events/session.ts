import { z } from 'zod'
import { uuid } from '../../kernel/index.ts'

/** What every event of a session carries. */
export const session = { sessionId: uuid }
/** The model call that it belongs to: 1 is the first, 0 what was before it. */
export const turn = z.int().min(0)
