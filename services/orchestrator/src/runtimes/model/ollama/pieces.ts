import type { ReadPiece } from '../http/dialect.ts'
import { ServerError } from '../http/faults.ts'
import { objectionOf } from '../http/read-error.ts'
import { Speech } from '../http/speech.ts'
import { inputText } from '../http/tool-input.ts'
import { line } from './wire.ts'

/** Reads the lines of one streamed answer, or an answer in one piece. A call comes whole. */
export function readChat(): ReadPiece {
  const speech = new Speech()
  let calls = 0
  return function* (data) {
    const objection = objectionOf(data)
    if (objection) throw new ServerError(objection)
    const { model, message, done, done_reason: reason, prompt_eval_count: read, eval_count: said } = line.parse(data)
    if (model) yield { type: 'model', name: model }
    yield* speech.say('thinking', message?.thinking ?? '')
    yield* speech.say('text', message?.content ?? '')
    for (const { id, function: called } of message?.tool_calls ?? []) {
      yield* speech.end()
      const key = `call ${calls++}`
      yield { type: 'begun', key, block: { type: 'tool_use', id, name: called.name } }
      yield { type: 'more', key, of: 'input', text: inputText(called.arguments) }
    }
    if (!done) return
    yield { type: 'counted', tokens: { inputTokens: read ?? undefined, outputTokens: said ?? undefined } }
    yield { type: 'stopped', reason: reason === 'length' ? 'max_tokens' : calls > 0 ? 'tool_use' : 'end_turn' }
    yield { type: 'whole' }
  }
}
