import type { Call, Reply } from '../contract.ts'
import { AnswerBrokenError } from './faults.ts'
import { readAnswer } from './read-answer.ts'
import { ReplyFold } from './reply.ts'

/**
 * The message that a server's answer holds, told as it comes. @param heard Called whenever anything comes, if only a ping.
 * @throws AnswerBrokenError, ServerError; what the connection ends with
 */
export async function readReply(
  response: Response,
  { onDelta, heard }: Pick<Call, 'onDelta'> & { readonly heard: () => void },
): Promise<Reply> {
  const fold = new ReplyFold()
  for await (const event of readAnswer(response, heard)) {
    const delta = fold.apply(event)
    if (delta) onDelta(delta)
    if (fold.isWhole) break
  }
  const reply = fold.finished()
  if (!reply) throw new AnswerBrokenError('broke its answer off before the end')
  return reply
}
