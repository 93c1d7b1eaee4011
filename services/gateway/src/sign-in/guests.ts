import type { Guest } from '@mosaic/contracts/http'
import type { OperatorView } from '@mosaic/contracts/operator'
import type { LinkTokens } from './link-tokens.ts'
import type { Session, Sessions } from './sessions.ts'

type Known = { readonly links: LinkTokens; readonly sessions: Sessions; readonly operator: OperatorView }

/** Everybody but the local operator who is signed in or holds a link, the newest session of each. */
export function guestsOf({ links, sessions, operator: local }: Known): Guest[] {
  const newest = new Map<string, { operator: OperatorView; session: Session | null }>()
  for (const operator of links.invited()) newest.set(operator.operatorId, { operator, session: null })
  for (const session of sessions.list()) {
    const before = newest.get(session.operator.operatorId)?.session
    if (!before || before.openedAt < session.openedAt)
      newest.set(session.operator.operatorId, { operator: session.operator, session })
  }
  newest.delete(local.operatorId)
  return [...newest.values()].map(({ operator: { operatorId, name, role }, session }) => ({
    operatorId,
    name,
    role,
    signedInAt: session && moment(session.openedAt),
    lastUsedAt: session && moment(session.lastUsedAt),
  }))
}

const moment = (milliseconds: number) => new Date(milliseconds).toISOString()
