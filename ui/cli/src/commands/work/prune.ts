import { createInterface } from 'node:readline/promises'
import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, type PruneAnswer } from '@mosaic/contracts/http'
import { systemClock } from '@mosaic/contracts/kernel'
import pc from 'picocolors'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { explained, RefusedError } from '../../gateway/refusal.ts'
import { findSessionId } from '../agent/find-session.ts'
import { sessionsWithWork } from './sessions-with-work.ts'

type PruneOptions = { repo?: string; olderThan?: string; unmerged?: boolean; dryRun?: boolean; yes?: boolean }

const most = 2000
const dayMs = 86_400_000

export const registerPrune: Register = (work) => {
  work
    .command('prune [ids...]')
    .description("take away ended agents' branches that are merged, and what they left uncommitted (asks first)")
    .option('--repo <path-or-url>', 'of this repository alone')
    .option('--older-than <days>', 'only of agents that ended before that')
    .option('--unmerged', 'also what is not merged and is nowhere else: it is lost then')
    .option('--dry-run', 'only say whose')
    .option('--yes', 'do not ask')
    .action(
      gatewayAction(async (context, ids: string[], options: PruneOptions) => {
        const sessions = await chosen(context, ids, options)
        if (options.dryRun) return listed(context, sessions)
        if (sessions.length === 0)
          return context.json ? printJson({ pruned: [], kept: [] }) : print('There is nothing.')
        if (!options.yes) await confirm(context, sessions)
        await pruneAll(context, sessions, options.unmerged === true)
      }),
    )
}

async function chosen({ client }: Context, ids: readonly string[], options: PruneOptions): Promise<SessionView[]> {
  if (ids.length > 0) {
    const found = await Promise.all(ids.map((given) => findSessionId(client, given)))
    return Promise.all(found.map((id) => client.call(gatewayRoutes.session, { params: { id } })))
  }
  const before = systemClock.now().getTime() - Number(options.olderThan ?? 0) * dayMs
  const isWanted = ({ status, endedAt, successorSessionId }: SessionView) =>
    hasEnded(status) && successorSessionId === null && endedAt !== null && Date.parse(endedAt) <= before
  return sessionsWithWork(client, { repository: options.repo, isWanted, most })
}

function listed({ json }: Context, sessions: readonly SessionView[]): void {
  if (json) return printJson({ sessions: sessions.map(({ sessionId }) => sessionId) })
  for (const { sessionId, branch } of sessions) print(`${sessionId}  ${harmless(branch ?? '')}`)
}

async function confirm({ signal }: Context, sessions: readonly SessionView[]): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CliError('Pruning needs --yes where nobody can be asked.', { exitCode: exitCodes.usage })
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const typed = await prompt.question(`Take away the work of ${sessions.length} agents? [y/N] `, { signal })
    if (!/^y(?:es)?$/i.test(typed.trim())) throw new CliError('Nothing was pruned.', { exitCode: exitCodes.usage })
  } finally {
    prompt.close()
  }
}

/** Each by itself: what is refused of one is no reason to keep another's. */
async function pruneAll({ client, json }: Context, sessions: readonly SessionView[], unmerged: boolean): Promise<void> {
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
  if (json) printJson({ pruned, kept })
}
