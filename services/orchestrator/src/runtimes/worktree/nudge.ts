import { newId } from '@mosaic/contracts/kernel'
import type { Run } from './run.ts'

/** What a model is told that did not go on, by why it did not. */
export const nudges = {
  'cut-off': 'Your message was cut off before its end. Go on from there, in smaller steps.',
  silent: 'Your message was empty. Go on with the task: call a tool, or call finish when there is nothing left to do.',
} as const

/** Tells the model something in nobody's name. */
export async function nudge(run: Run, text: string): Promise<void> {
  const { session } = run.journal
  const turn = session.status === 'none' ? 0 : session.turn
  const message = { messageId: newId(), turn, role: 'user' as const, content: [{ type: 'text' as const, text }] }
  await run.record({ type: 'RecordMessage', ...message, usage: null, stopReason: null, model: null })
}
