import type { ApprovalPolicy, ApprovalPolicyEvent } from '@mosaic/contracts/approval'
import { type Decider, ok } from '@mosaic/contracts/kernel'

export type SetApprovalPolicy = {
  readonly type: 'SetApprovalPolicy'
  readonly workspaceId: string
  readonly policy: ApprovalPolicy | null
}

type State = { readonly policy: ApprovalPolicy | null }

/** What a workspace says of what its agents may do. Saying again what holds changes nothing. */
export const approvalPolicyOf: Decider<State, SetApprovalPolicy, ApprovalPolicyEvent, never> = {
  initialState: { policy: null },
  decide({ workspaceId, policy }, state) {
    const isSame = JSON.stringify(policy) === JSON.stringify(state.policy)
    return ok(isSame ? [] : [{ type: 'ApprovalPolicySet', data: { workspaceId, policy } }])
  },
  evolve: (_, { data: { policy } }) => ({ policy }),
}
