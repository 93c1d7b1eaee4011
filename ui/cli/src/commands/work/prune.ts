import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, type PruneAnswer, type StoredRemoval } from '@mosaic/contracts/http'
import { systemClock } from '@mosaic/contracts/kernel'
import pc from 'picocolors'
import { agrees, canAsk } from '../../ask.ts'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { explained, RefusedError } from '../../gateway/refusal.ts'
import { numberFrom } from '../../numbers.ts'
import { findSessionId } from '../agent/find-session.ts'
import { sessionsWithWork } from './sessions-with-work.ts'

type PruneOptions = { repo?: string; olderThan?: number; unmerged?: boolean; dryRun?: boolean; yes?: boolean }

/** Many origins may be asked. */
const storedTimeoutMs = 160_000
const most = 2000
const dayMs = 86_400_000

export const registerPrune: Register = (work) => {
  work
    .command('prune [ids...]')
    .description("take away ended agents' branches that are merged, and what they left uncommitted (asks first)")
    .option('--repo <path-or-url>', 'of this repository alone')
    .option(
      '--older-than <days>',
      'only of agents that ended before that; with no ids also their checkpoints, and mirrors that nobody uses',
      numberFrom(0),
    )
    .option('--unmerged', 'also what is not merged, or in a worktree alone: it is lost then')
    .option('--dry-run', 'only say whose')
    .option('--yes', 'do not ask')
    .action(
      gatewayAction(async (context, ids: string[], options: PruneOptions) => {
        const sessions = await chosen(context, ids, options)
        const isForAll = ids.length === 0 && options.repo === undefined && options.olderThan !== undefined
        const dryRun = options.dryRun === true
        if (!dryRun && !options.yes && sessions.length > 0) await confirm(context, sessions, options)
        const ofSessions = dryRun
          ? listed(context, sessions)
          : await pruneAll(context, sessions, options.unmerged === true)
        const removed = isForAll ? await pruneStored(context, options.olderThan ?? 0, dryRun) : []
        if (context.json) printJson({ ...ofSessions, removed })
        else if (sessions.length === 0 && removed.length === 0) print('There is nothing.')
      }),
    )
}

async function chosen({ client }: Context, ids: readonly string[], options: PruneOptions): Promise<SessionView[]> {
  if (ids.length > 0) {
    const found = await Promise.all(ids.map((given) => findSessionId(client, given)))
    return Promise.all(found.map((id) => client.call(gatewayRoutes.session, { params: { id } })))
  }
  const before = systemClock.now().getTime() - (options.olderThan ?? 0) * dayMs
  const isWanted = ({ status, endedAt, successorSessionId }: SessionView) =>
    hasEnded(status) && successorSessionId === null && endedAt !== null && Date.parse(endedAt) <= before
  return sessionsWithWork(client, { repository: options.repo, isWanted, most })
}

/** What mirrors hold beside branches: checkpoints, what was decided about, mirrors themselves. */
async function pruneStored(
  { client, json }: Context,
  olderThanDays: number,
  dryRun: boolean,
): Promise<StoredRemoval[]> {
  const { removed } = await client.call(gatewayRoutes.pruneStored, {
    body: { olderThanDays, dryRun },
    timeoutMs: storedTimeoutMs,
  })
  for (const { kind, sessionId, repository, refs } of json ? [] : removed) {
    const what = kind === 'mirror' ? `the mirror of ${repository}` : `${refs.length} of ${sessionId} (${kind})`
    print(`${dryRun ? '–' : pc.green('✓')} ${harmless(what)}`)
  }
  return removed
}

function listed({ json }: Context, sessions: readonly SessionView[]): object {
  if (json) return { sessions: sessions.map(({ sessionId }) => sessionId) }
  for (const { sessionId, branch } of sessions) print(`${sessionId}  ${harmless(branch ?? '')}`)
  for (const line of lostForGood(sessions)) print(line)
  return {}
}

async function confirm(
  { signal }: Context,
  sessions: readonly SessionView[],
  { unmerged }: PruneOptions,
): Promise<void> {
  if (!canAsk()) throw new CliError('Pruning needs --yes where nobody can be asked.', { exitCode: exitCodes.usage })
  if (unmerged) for (const line of lostForGood(sessions)) print(line)
  if (await agrees(`Take away the work of ${sessions.length} agents?`, signal)) return
  throw new CliError('Nothing was pruned.', { exitCode: exitCodes.usage })
}

/** What is in worktrees alone, which nobody could get back. */
const lostForGood = (sessions: readonly SessionView[]): string[] =>
  sessions.flatMap(({ leftWork, worktree }) =>
    leftWork ? [pc.yellow(harmless(`This goes too, and is nowhere else: ${worktree}. ${leftWork.message}`))] : [],
  )

/** Each by itself: what is refused of one is no reason to keep another's. */
async function pruneAll(
  { client, json }: Context,
  sessions: readonly SessionView[],
  unmerged: boolean,
): Promise<object> {
  const pruned: PruneAnswer[] = []
  const kept: { sessionId: string; code: string; detail: string }[] = []
  for (const { sessionId, branch } of sessions) {
    try {
      pruned.push(await client.call(gatewayRoutes.pruneWork, { params: { id: sessionId }, body: { unmerged } }))
      if (!json) print(`${pc.green('✓')} ${harmless(branch ?? sessionId)}`)
    } catch (thrown) {
      const error = explained(thrown)
      if (!(error instanceof RefusedError)) throw error
      const { code, detail } = error.problem
      kept.push({ sessionId, code, detail })
      if (!json) print(`${pc.yellow('–')} ${harmless(branch ?? sessionId)} stays: ${harmless(detail)}`)
    }
  }
  return { pruned, kept }
}
