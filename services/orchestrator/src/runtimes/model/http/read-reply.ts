import type { Call, Reply } from '../contract.ts'
import type { ReadPiece } from './dialect.ts'
import { AnswerBrokenError } from './faults.ts'
import { readAnswer } from './read-answer.ts'
import { ReplyFold } from './reply.ts'

type Reading = Pick<Call, 'onDelta'> & { readonly read: ReadPiece; readonly heard: () => void }

/**
 * The message that a server's answer holds, told as it comes. @param heard Called whenever anything comes, if only a ping.
 * @throws AnswerBrokenError, ServerError; what the connection ends with
 */
export async function readReply(response: Response, { read, onDelta, heard }: Reading): Promise<Reply> {
  const fold = new ReplyFold()
  for await (const piece of readAnswer(response, read, heard)) {
    const delta = fold.apply(piece)
    if (delta) onDelta(delta)
    if (fold.isWhole) break
  }
  const reply = fold.finished()
  if (!reply) throw new AnswerBrokenError('broke its answer off before the end')
  return reply
}
