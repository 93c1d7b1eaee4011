import type { ReadPiece } from '../http/dialect.ts'
import { ServerError } from '../http/faults.ts'
import type { Counted, Piece } from '../http/pieces.ts'
import { objectionOf } from '../http/read-error.ts'
import { Speech } from '../http/speech.ts'
import { Calls } from './calls.ts'
import { completion, type WireMessage, type WireUsage } from './wire.ts'

const reasons: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  length: 'max_tokens',
  content_filter: 'refusal',
}

/** Reads the chunks of one streamed completion, or a completion in one piece. */
export function readCompletion(): ReadPiece {
  const speech = new Speech()
  const calls = new Calls()
  let refused = false
  return function* (data) {
    const objection = objectionOf(data)
    if (objection) throw new ServerError(objection)
    const { model, choices, usage } = completion.parse(data)
    if (model) yield { type: 'model', name: model }
    if (usage) yield { type: 'counted', tokens: countedIn(usage) }
    const choice = choices?.[0]
    const said = choice?.delta ?? choice?.message
    if (said) {
      refused ||= said.refusal !== ''
      yield* spoken(said, speech)
      for (const call of said.tool_calls ?? []) yield* [...speech.end(), ...calls.read(call)]
    }
    const reason = choice?.finish_reason
    if (reason) yield { type: 'stopped', reason: refused ? 'refusal' : (reasons[reason] ?? reason) }
  }
}

function* spoken(said: WireMessage, speech: Speech): Generator<Piece> {
  yield* speech.say('thinking', said.reasoning_content || said.reasoning)
  yield* speech.say('text', said.content + said.refusal)
}

/** Cached tokens are part of the prompt's here, and counted apart by us. */
function countedIn(usage: NonNullable<WireUsage>): Counted {
  const { prompt_tokens, completion_tokens, prompt_tokens_details, prompt_cache_hit_tokens } = usage
  const cacheReadTokens = prompt_tokens_details?.cached_tokens ?? prompt_cache_hit_tokens ?? 0
  return {
    inputTokens: typeof prompt_tokens === 'number' ? Math.max(0, prompt_tokens - cacheReadTokens) : undefined,
    outputTokens: completion_tokens ?? undefined,
    cacheReadTokens,
  }
}
