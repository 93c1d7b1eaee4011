import type { BudgetLimits, BudgetPolicy, BudgetScope, Spending } from '@mosaic/contracts/budget'

export type BudgetCommand =
  | {
      readonly type: 'SetBudget'
      readonly scope: BudgetScope
      readonly limits: BudgetLimits
      readonly policy: BudgetPolicy
      readonly at: Date
    }
  /** By so much, of what is limited. */
  | { readonly type: 'RaiseBudget'; readonly by: BudgetLimits; readonly at: Date }
  | { readonly type: 'RemoveBudget' }
  | {
      readonly type: 'ReserveBudget'
      readonly callId: string
      readonly sessionId: string
      readonly most: Spending
      /** Its session makes several calls at a time. */
      readonly isSideBySide: boolean
      readonly at: Date
    }
  /** `most`: nobody can know what it cost. `nothing`: there was no call, or no answer that anybody charges for. */
  | {
      readonly type: 'SettleBudget'
      readonly callId: string
      readonly spent: Spending | 'most' | 'nothing'
      readonly at: Date
    }

export type CommandOf<Type extends BudgetCommand['type']> = Extract<BudgetCommand, { type: Type }>
