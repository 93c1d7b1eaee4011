import { z } from 'zod'
import { line } from '../kernel/index.ts'

export const pauseQueue = z.strictObject({ reason: line(2000).optional() })
export const resumeQueue = z.strictObject({})
