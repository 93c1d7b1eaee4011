import type { Run } from './run.ts'

/** What every commit of a session says of where it comes from: the session, who asked for it, and the model. */
export function trailersOf(run: Run): Readonly<Record<string, string>> {
  const { session, sessionId } = run.journal
  const model = session.status === 'none' ? null : session.spec.runtime.model
  const operator = operatorOf(run)
  return {
    'Mosaic-Session': sessionId,
    ...(operator !== undefined && { 'Mosaic-Operator': operator }),
    ...(model !== null && { 'Mosaic-Model': model }),
  }
}

/** Who asked for the first of the sessions of which each has spawned the next, down to this one. */
function operatorOf({ journal, deps }: Run): string | undefined {
  let entry = deps.roster.get(journal.sessionId)
  while (entry?.session.requestedBy?.kind === 'agent') entry = deps.roster.get(entry.session.parentSessionId ?? '')
  const by = entry?.session.requestedBy
  return by?.kind === 'operator' ? (by.name ?? by.id) : undefined
}
