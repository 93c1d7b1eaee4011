import { beingKilled, type Deciders, factOf, nothing, only, refuse } from './decision.ts'

/** What an agent is about to do, and what people say of it. */
export const approvals = {
  RequestApproval: (command, live) => {
    if (live.kill) return beingKilled()
    const { approval, status } = live
    const requested = { type: 'ApprovalRequested', data: factOf(command, live) } as const
    if (approval === null) return only(requested)
    if (approval.approvalId === command.approvalId) {
      return approval.decided || status === 'waiting' ? nothing : only(requested)
    }
    const { sessionId } = live.spec
    const reason = 'another call is asked about in its place'
    return only({ type: 'ApprovalWithdrawn', data: { sessionId, approvalId: approval.approvalId, reason } }, requested)
  },
  DecideApproval: (command, live) => {
    if (live.kill) return beingKilled()
    const { approval } = live
    const { approvalId, digest, decision, scope, note, operatorName, at } = command
    if (approval?.approvalId !== approvalId) {
      return live.lastDecided === approvalId
        ? refuse('APPROVAL_DECIDED', 'it has been decided already')
        : refuse('APPROVAL_NOT_FOUND', 'nothing of that id waits for an approval in this session')
    }
    if (approval.decided) return refuse('APPROVAL_DECIDED', `it has been ${approval.decided.decision} already`)
    if (Date.parse(at) > Date.parse(approval.expiresAt)) {
      return refuse('APPROVAL_DECIDED', `its time was up at ${approval.expiresAt}`)
    }
    if (approval.digest !== digest) {
      return refuse('APPROVAL_DIGEST_MISMATCH', 'another call waits than the one that was shown: look at it again')
    }
    const { sessionId } = live.spec
    const decided = { sessionId, approvalId, digest, decision, scope, note, by: 'person', operatorName } as const
    return only({ type: 'ApprovalDecided', data: decided })
  },
  ExpireApproval: ({ approvalId }, live) => {
    const { approval } = live
    if (approval?.approvalId !== approvalId || approval.decided) return nothing
    const { digest, atTimeout } = approval
    const decision = atTimeout === 'allow' ? 'approved' : 'denied'
    const { sessionId } = live.spec
    const said = { decision, scope: 'once', note: null, by: 'timeout', operatorName: null } as const
    return only({ type: 'ApprovalDecided', data: { sessionId, approvalId, digest, ...said } })
  },
  ApplyApproval: ({ approvalId }, live) => {
    if (live.approval?.approvalId !== approvalId || !live.approval.decided) return nothing
    return only({ type: 'ApprovalApplied', data: { sessionId: live.spec.sessionId, approvalId } })
  },
  WithdrawApproval: (command, live) =>
    live.approval?.approvalId === command.approvalId
      ? only({ type: 'ApprovalWithdrawn', data: factOf(command, live) })
      : nothing,
  RecordJudged: (command, live) => {
    if (live.kill) return beingKilled()
    return only({ type: 'CallJudged', data: factOf(command, live) })
  },
  RecordCallChanged: (command, live) => only({ type: 'AllowedCallChanged', data: factOf(command, live) }),
} satisfies Partial<Deciders>
