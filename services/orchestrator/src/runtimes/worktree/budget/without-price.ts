import type { SpawnAgent } from '@mosaic/contracts/agent-session'
import type { Rejection } from '@mosaic/contracts/kernel'
import type { ModelTable, NamedModel } from '../../model/index.ts'

/** A budget of money is of no use where nobody knows what a model costs. */
export function withoutPrice(
  modelTable: Pick<ModelTable, 'mostUsd'>,
  { budget }: Pick<SpawnAgent, 'budget'>,
  models: readonly NamedModel[],
): Rejection<'PRICE_UNKNOWN'> | undefined {
  if (budget?.usd === undefined) return undefined
  const nothing = { inputTokens: 0, outputTokens: 0 }
  const unpriced = models.find((model) => modelTable.mostUsd(model, nothing) === null)
  if (!unpriced) return undefined
  const message = `the budget limits money, and nobody has said what ${unpriced.model} costs (mosaic model add --input-price, MOSAIC_MODEL_FACTS)`
  return { code: 'PRICE_UNKNOWN', message, field: 'budget.usd' }
}
