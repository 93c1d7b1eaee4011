import Wallet from 'lucide-solid/icons/wallet'
import { createMemo, For } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { budgetSentences } from '../budgets/budget-words.ts'
import { useBudgets } from '../budgets/use-budgets.ts'
import { Banner } from './banner.tsx'

/** Which budgets are used up, or soon will be. */
export function BudgetBanners() {
  const { fleet } = useMosaic()
  const budgets = useBudgets()
  const sentences = createMemo(() => budgetSentences(budgets.data?.items ?? [], fleet.all()))
  return (
    <For each={sentences()}>
      {({ tone, title, detail }) => (
        <Banner tone={tone} icon={<Wallet size={14} />} title={title}>
          {detail}
        </Banner>
      )}
    </For>
  )
}
