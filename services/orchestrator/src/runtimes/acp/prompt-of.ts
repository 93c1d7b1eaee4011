import type { Transcript, TranscriptMessage } from '../../journal/transcript.ts'
import type { Begun } from './agent-link.ts'

/** Of what was said before by both, as much as an agent is told that has forgotten it, in characters. */
const mostRemembered = 40_000

const interrupted =
  'You were interrupted: your program was ended in the midst of what you did, and started again. What was under way then may have taken effect in part. Look at what there is, and go on.'

/**
 * What an agent has not been told yet. One that has just been started, and knows nothing, is told who it is and what was said.
 * @param how Its conversation has begun, where this is the first that it is told in it.
 */
export function promptOf(
  { system, messages }: Pick<Transcript, 'system' | 'messages'>,
  how: Begun['how'] | null,
): string {
  const lastWord = messages.findLastIndex(({ role }) => role === 'assistant')
  const news = messages.slice(lastWord + 1).flatMap(textsOf)
  if (how === null) return news.join('\n\n')
  if (how === 'loaded') return [interrupted, ...news].join('\n\n')
  const before = messages
    .slice(0, lastWord + 1)
    .flatMap((message) => textsOf(message).map((text) => `${nameOf(message)}: ${text}`))
  const told = before.join('\n\n').slice(-mostRemembered)
  const remembered = told === '' ? [] : [`What was said before, which you no longer remember:\n\n${told}`]
  return [...(system === null ? [] : [system]), ...remembered, ...news].join('\n\n')
}

const nameOf = ({ role }: TranscriptMessage) => (role === 'assistant' ? 'You' : 'They')

const textsOf = ({ content }: TranscriptMessage): string[] =>
  content.flatMap((block) => (block.type === 'text' && block.text.trim() !== '' ? [block.text] : []))
