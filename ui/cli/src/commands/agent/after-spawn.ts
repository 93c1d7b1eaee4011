import { changedText } from '@mosaic/client'
import { gatewayRoutes, type SpawnAnswer } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson } from '../../cli.ts'
import { lackingText, statusMark } from '../../format/session.ts'
import { showing } from '../../format/spinner.ts'
import type { Context } from '../../gateway/action.ts'
import { lineOf } from './line.ts'
import { exitCodeOf, watchSession } from './watch-session.ts'

export const followOption = ['--follow', 'show what it says and does until it has ended'] as const
export const waitOption = [
  '--wait',
  'wait until it has ended, and say on stderr when it waits for you; with --json the session is printed then',
] as const
export const exitCodesHelp =
  '\nExit codes: 0 spawned, or completed with --wait or --follow; 1 failed, killed or terminated; 4 refused.'

export type Watching = { follow?: boolean; wait?: boolean }

/** What is shown of a new session: its id, or all of it to its end. Answers the exit code where it was waited for. */
export async function afterSpawn(
  context: Context,
  spawned: SpawnAnswer,
  { follow, wait }: Watching,
): Promise<number | undefined> {
  const { json } = context
  const { sessionId, changes } = spawned
  if (changes && !json) print(changesText(changes))
  if (!wait && !follow) {
    if (json) printJson(spawned)
    else print(`${await spawnedText(context, spawned)}\n${pc.dim(`mosaic agent messages ${sessionId} --follow`)}`)
    return undefined
  }
  if (!json) print(spawned.queued ? await spawnedText(context, spawned) : `${pc.dim('session')} ${sessionId}`)
  const show = follow === true
  const watching = watchSession(context, sessionId, { fromRevision: 0, show, tellWaits: true })
  const session = await (show ? watching : showing('waiting for it to end', watching))
  if (json && !show) printJson(session)
  if (!json) print(`${statusMark(session)}${session.branch ? ` on ${session.branch}` : ''}`)
  if (!json && session.failure) print(`${session.failure.code}: ${session.failure.message}`)
  return exitCodeOf(session)
}

function changesText(changes: NonNullable<SpawnAnswer['changes']>): string {
  const what = changedText(changes)
  if (changes.taken) return pc.dim(`It starts from what is not committed as well: ${what}`)
  return pc.yellow(`Not committed, and not taken along (--with-changes): ${what}`)
}

async function spawnedText({ client }: Context, { sessionId, queued, position }: SpawnAnswer): Promise<string> {
  if (!queued) return `Spawned ${pc.bold(sessionId)}`
  const session = await client.call(gatewayRoutes.session, { params: { id: sessionId }, query: { after: position } })
  const place = (await lineOf(client, [session])).get(sessionId)
  const why =
    typeof place === 'object'
      ? `${lackingText(place)}, it starts when one is: mosaic worker list`
      : `${queued.place} in line, it starts when its turn comes (${queued.most} agents at a time, MOSAIC_LIMIT_INSTANCE)`
  return `Queued ${pc.bold(sessionId)}: ${why}`
}
