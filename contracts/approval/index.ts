export {
  approvalDecision,
  type ApprovalDecision,
  type ApprovalOrigin,
  type ApprovalReason,
  approvalScope,
  approvalView,
  type ApprovalView,
  decideApproval,
  waitingApproval,
  type WaitingApproval,
} from './approval.ts'
export {
  type CheckedCall,
  checkApprovalPolicy,
  type CheckedPolicy,
  checkedPolicy,
  setApprovalPolicy,
} from './commands.ts'
export { type ApprovalPolicyEvent, approvalPolicyEvents, workspacePolicy, type WorkspacePolicy } from './events.ts'
export {
  type ApprovalEffect,
  approvalPolicy,
  type ApprovalPolicy,
  type ApprovalRule,
  approvalsAsked,
  approvalShortForm,
} from './policy.ts'
export { approvalPolicyStream } from './stream.ts'
