import type { ModelProviderTest } from '@mosaic/contracts/credential'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { ModelProvider } from '../../model-providers.ts'
import { ModelFault, type ModelLimits } from './contract.ts'
import type { ModelTable } from './model-table.ts'
import { noModelIsMeant } from './models.ts'
import { serverOf } from './server-of.ts'

/** One small call: enough to see key, address and model at work. */
const limits: ModelLimits = { maximumTokens: 32, firstByteMs: 30_000, silenceMs: 10_000, answerMs: 40_000 }
const request = {
  system: 'You are asked whether you can be reached.',
  messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Answer with the word OK.' }] }],
  tools: [],
}

/** Asks a provider's model once and says what came back, in the server's own words where it refuses. */
export async function tryModel(
  provider: ModelProvider,
  { model, table }: { model: string | undefined; table: ModelTable },
): Promise<Result<ModelProviderTest, Rejection<'MODEL_TEST_FAILED' | 'MODEL_NOT_CONFIGURED'>>> {
  const { name, problem } = provider
  if (problem !== null) return err({ code: 'MODEL_NOT_CONFIGURED', message: problem })
  if (model === undefined) return err({ code: 'MODEL_NOT_CONFIGURED', message: noModelIsMeant(name) })
  const startedAt = performance.now()
  const { signal } = new AbortController()
  try {
    const reply = await serverOf(provider, limits).reply({ ...request, model }, { signal, onDelta: () => undefined })
    const answeredBy = reply.model || model
    const text = reply.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ')
    return ok({
      name,
      model: answeredBy,
      text: text.trim().slice(0, 500),
      inputTokens: reply.tokens?.inputTokens ?? null,
      outputTokens: reply.tokens?.outputTokens ?? null,
      costUsd: reply.tokens && table.costUsd({ modelProvider: name, model: answeredBy }, reply.tokens),
      durationMs: performance.now() - startedAt,
    })
  } catch (error) {
    if (error instanceof ModelFault) return err({ code: 'MODEL_TEST_FAILED', message: error.message })
    throw error
  }
}
