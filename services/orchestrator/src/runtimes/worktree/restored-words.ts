import type { Restored } from '../../git/index.ts'
import type { LostCall } from './lost-calls.ts'

const lost = 'Your worktree is no more: the machine or the disk that it was on has gone. It was made anew'

/**
 * What an agent is told that goes on in another worktree than the one that it remembers.
 * @param missing Why what was left for it elsewhere could not be had.
 */
export function restoredWords(restored: Restored, calls: readonly LostCall[], missing?: string): string {
  const without =
    missing === undefined
      ? ''
      : ` What the worker before had left for you could not be taken in (${missing}): commits that were not pushed may be missing too.`
  return `${lost}: ${filesWords(restored)}${without} ${callsWords(calls)}Processes that you had started are gone, and so is what git ignores. Look before you go on.`
}

const mostCalls = 30

/** The log has these as done. */
function callsWords(calls: readonly LostCall[]): string {
  if (calls.length === 0) return ''
  const named = calls.slice(-mostCalls).map(({ name, toolCallId, shown }) => `${name} ${toolCallId} ${shown}`)
  const more = calls.length > mostCalls ? `${calls.length - mostCalls} calls before, and ` : ''
  return `What these calls had done to files is gone, though you were told that they had succeeded: ${more}${named.join('; ')}. `
}

function filesWords(restored: Restored): string {
  switch (restored.state) {
    case 'restored':
      return 'your branch, and on top of it, not committed, your files as they were after one of your last steps.'
    case 'as-committed':
      return 'your branch as you committed it.'
    case 'conflict':
      return `your branch, without what you had not committed, since the branch has changed in ${restored.files.slice(0, 10).join(', ')}.`
    case 'lost':
      return 'your branch, without what you had not committed, which could not be found.'
  }
}
