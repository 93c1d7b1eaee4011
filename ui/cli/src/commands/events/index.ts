import type { Register } from '../../cli.ts'
import { registerRead } from './read.ts'
import { registerSchema } from './schema.ts'
import { registerTail } from './tail.ts'

/** The log itself. */
export const registerEvents: Register = (program) => {
  const events = program.command('events').description('the log: read it, follow it, and what its events look like')
  for (const register of [registerTail, registerRead, registerSchema]) register(events)
}
