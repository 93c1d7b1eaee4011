import type { GatewayConnection } from './connection.ts'
import { type ApprovalAsked, approvalAsked } from './protocol.ts'

/** How each of a gateway's decisions is offered to a person. */
const words: Readonly<Record<string, string>> = {
  'allow-once': 'Allow once',
  'allow-always': 'Allow always',
  deny: 'Deny',
}
const usual = ['allow-once', 'deny']

const decisionsOf = ({ request }: ApprovalAsked): string[] =>
  (request.allowedDecisions ?? usual).filter((name) => words[name])

/** As the question that a person is asked, with the command as it is. */
export function questionOf(asked: ApprovalAsked) {
  const { command, cwd, host } = asked.request
  const where = [cwd ? `in ${cwd}` : '', host ? `on ${host}` : ''].filter(Boolean).join(' ')
  return {
    question: `It asks to run${where && ` ${where}`}:\n${command}`,
    options: decisionsOf(asked).map((name) => words[name]!),
    defaultAnswer: null,
    expiresAt: asked.expiresAtMs ? new Date(asked.expiresAtMs).toISOString() : null,
  }
}

/** Whatever is none of what was offered is a no. */
export const decisionIn = (asked: ApprovalAsked, answer: string): string =>
  decisionsOf(asked).find((name) => words[name]!.toLowerCase() === answer.trim().toLowerCase()) ?? 'deny'

/** Those that wait for somebody. @throws GatewayGone, GatewayRefused */
export async function openApprovals(connection: GatewayConnection): Promise<ApprovalAsked[]> {
  if (!connection.has('exec.approval.list')) return []
  const answer = await connection.call('exec.approval.list', {})
  const listed = Array.isArray(answer) ? answer : Object.values(answer as object).find(Array.isArray)
  return ((listed ?? []) as unknown[]).flatMap((item) => approvalAsked.safeParse(item).data ?? [])
}
