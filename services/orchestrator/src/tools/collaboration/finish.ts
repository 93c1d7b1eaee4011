import { z } from 'zod'
import { isLive } from '../../domain/agent-session/index.ts'
import { defineTool } from '../define-tool.ts'
import { line } from '../inputs.ts'
import { ToolRefusal } from '../refusal.ts'

/** Ends the session's work: its runner goes by the result. What the operator has said meanwhile comes first. */
export const finish = defineTool({
  name: 'finish',
  description: 'Ends your work. Commit first: what is not committed is lost.',
  runs: 'waiting',
  repeatable: true,
  input: z.strictObject({
    summary: line(16_000).describe('What was done, what was not, how it was checked.'),
    outcome: z.enum(['completed', 'failed']),
  }),
  async execute(_, { session: { state } }) {
    if (isLive(state) && state.inbox.length > 0) {
      const message = 'An operator has sent you a message. Read it, act on it, then call finish again.'
      throw new ToolRefusal('NOT_FINISHED_YET', message)
    }
    return { content: JSON.stringify({ finished: true }), details: {} }
  },
})
