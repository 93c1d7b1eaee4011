import { z } from 'zod'
import {
  approvalView,
  checkApprovalPolicy,
  checkedPolicy,
  decideApproval,
  setApprovalPolicy,
  workspacePolicy,
} from '../../approval/index.ts'
import { uuid } from '../../kernel/index.ts'
import { route } from '../route.ts'
import { after, changeAnswer, commandAnswer, cursor, limit, page } from '../shapes.ts'

/** What agents want to do and people have to decide, and the policy of a workspace. All but the list stand at the orchestrator as well. */
export const approvalRoutes = {
  approvals: route({
    method: 'GET',
    path: '/api/approvals',
    role: 'observer',
    summary: 'What waits for an approval, newest sessions first',
    query: z.object({ sessionId: uuid.optional(), limit: limit(50, 200), ...cursor, ...after }),
    answer: page(approvalView),
  }),
  decideApproval: route({
    method: 'POST',
    path: '/api/sessions/:id/approvals/:approvalId/decision',
    role: 'operator',
    summary: 'Approve or deny the call that was shown',
    params: z.object({ id: uuid, approvalId: uuid }),
    body: decideApproval,
    answer: commandAnswer,
    status: 202,
  }),
  approvalPolicy: route({
    method: 'GET',
    path: '/api/approval-policy',
    role: 'observer',
    summary: 'What agents of a workspace may do',
    answer: workspacePolicy,
  }),
  setApprovalPolicy: route({
    method: 'PUT',
    path: '/api/approval-policy',
    role: 'admin',
    summary: 'Say what agents of a workspace may do, from now on',
    body: setApprovalPolicy,
    answer: changeAnswer,
  }),
  checkApprovalPolicy: route({
    method: 'POST',
    path: '/api/approval-policy/check',
    role: 'operator',
    summary: 'What a policy would have said to the calls of a session; nothing changes',
    body: checkApprovalPolicy,
    answer: checkedPolicy,
  }),
} as const
