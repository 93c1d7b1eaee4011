import { z } from 'zod'
import { isLive } from '../../domain/agent-session/index.ts'
import { uncommittedChanges } from '../../journal/transcript.ts'
import { defineTool } from '../define-tool.ts'
import { line } from '../inputs.ts'
import { ToolRefusal } from '../refusal.ts'

/** Ends the session's work: its runner goes by the result. What the operator has said meanwhile comes first. */
export const finish = defineTool({
  name: 'finish',
  description:
    'Ends your work. Commit first: what is not committed is no part of your branch. With changes that are not committed you are asked once more.',
  runs: 'waiting',
  repeatable: true,
  reviewers: 'too',
  input: z.strictObject({
    summary: line(16_000).describe('What was done, what was not, how it was checked.'),
    outcome: z.enum(['completed', 'failed']),
  }),
  async execute(_, { session }) {
    const { state, knowsOfChanges } = session
    if (isLive(state) && state.inbox.length > 0) {
      const message = 'An operator has sent you a message. Read it, act on it, then call finish again.'
      throw new ToolRefusal('NOT_FINISHED_YET', message)
    }
    const isReviewer = isLive(state) && state.spec.reviews !== null
    const changed = knowsOfChanges || isReviewer ? [] : await session.changedFiles()
    if (changed.length > 0) throw new ToolRefusal(uncommittedChanges, hint(changed))
    return { content: JSON.stringify({ finished: true }), details: {} }
  },
})

const mostNames = 20

function hint(changed: readonly string[]): string {
  const names = changed.slice(0, mostNames).map((name) => JSON.stringify(name))
  const more = changed.length > mostNames ? ` and ${changed.length - mostNames} more` : ''
  return `Not finished yet: you have not committed ${names.join(', ')}${more}. Call commit, or call finish again to leave that uncommitted: it is then kept beside your branch, where a person can look at it.`
}
