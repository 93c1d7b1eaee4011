import { inSpan, metrics } from '@mosaic/telemetry'
import { type Model, ModelFault, type Reply, type Tokens } from './contract.ts'
import type { NamedModel } from './model-table.ts'

/** A model whose calls are measured and traced: how long, how many tokens and with what end, never what was said. */
export const observed = (provider: string, model: Model): Model => ({
  ...model,
  reply: (request, call) =>
    observedCall({ modelProvider: provider, model: request.model }, call.signal, () => model.reply(request, call)),
})

/** The same for a call that somebody else makes. */
export const observedCall = (
  { modelProvider: provider, model }: NamedModel,
  signal: AbortSignal,
  ask: () => Promise<Reply>,
): Promise<Reply> =>
  inSpan('model call', { kind: 'client', attributes: { 'gen_ai.provider.name': provider } }, async (span) => {
    const measure = metrics.modelCalls.startTimer({ provider })
    try {
      const reply = await ask()
      measure({ outcome: 'answered' })
      if (reply.tokens) count(provider, reply.tokens)
      span?.set({
        'gen_ai.response.model': reply.model || model,
        'gen_ai.usage.input_tokens': reply.tokens?.inputTokens ?? 0,
        'gen_ai.usage.output_tokens': reply.tokens?.outputTokens ?? 0,
      })
      return reply
    } catch (error) {
      measure({ outcome: outcomeOf(error, signal) })
      throw error
    }
  })

function outcomeOf(error: unknown, { aborted }: AbortSignal): string {
  if (error instanceof ModelFault) return error.kind
  return aborted ? 'aborted' : 'failed'
}

function count(provider: string, tokens: Tokens): void {
  for (const [kind, number] of Object.entries(tokens)) {
    if (typeof number === 'number') metrics.modelTokens.inc({ provider, kind }, number)
  }
}
