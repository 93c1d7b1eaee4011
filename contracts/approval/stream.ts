import { streamFamily } from '../kernel/index.ts'

/** `approvalPolicy-{workspaceId}` */
export const approvalPolicyStream = streamFamily('approvalPolicy')
