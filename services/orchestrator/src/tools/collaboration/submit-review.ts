import { opinion } from '@mosaic/contracts/quality'
import { z } from 'zod'
import { defineTool } from '../define-tool.ts'
import { ToolRefusal } from '../refusal.ts'

/** The verdict of a session that was spawned to review: what it says by it counts, and nothing else. */
export const submitReview = defineTool({
  name: 'submit_review',
  description:
    'Gives your verdict on the change that you were asked to review, once. confidence is how sure you are that the change may stand, from 0 to 1. Call finish afterwards.',
  runs: 'waiting',
  repeatable: true,
  reviewers: 'alone',
  input: z.strictObject(opinion.shape),
  async execute(given, { session }) {
    const recorded = await session.record({ type: 'SubmitReview', ...given })
    if (!recorded.ok) throw new ToolRefusal('NO_REVIEW_ASKED', 'You were not asked to review a change.')
    return { content: JSON.stringify({ submitted: true }), details: {} }
  },
})
