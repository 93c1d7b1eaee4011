import type { ApprovalReason } from '@mosaic/contracts/approval'

/** Which rule of whose policy it was. */
export function ruleWords({ policy, rule, note }: ApprovalReason): string {
  if (policy === 'session') return 'approved for this session'
  return `${policy} policy, ${rule === null ? 'otherwise' : `rule ${rule}`}${note ? `: ${note}` : ''}`
}
