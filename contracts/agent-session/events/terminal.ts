import { z } from 'zod'
import { event } from '../../kernel/index.ts'
import { typist } from '../terminal.ts'
import { session } from './session.ts'

/** What people do at the terminal of a session that is one. What its programs write is told by `MessageRecorded`, as its screen shows it. */
export const terminalEvents = {
  /** From now on this person types there, and nobody else. `from`: who had it until then. */
  TerminalControlTaken: event(z.object({ ...session, ...typist.shape, from: typist.nullable() })),
  TerminalControlReleased: event(z.object({ ...session, ...typist.shape })),
  /**
   * What was typed, a line of it or a second. `text` is `null` where the terminal did not show what was typed, as at the
   * prompt for a password: then only how many characters it was.
   */
  TerminalTyped: event(
    z.object({ ...session, ...typist.shape, text: z.string().nullable(), characters: z.int().min(1) }),
  ),
} as const
