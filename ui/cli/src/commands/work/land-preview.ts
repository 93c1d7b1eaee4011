import { type Client, gateWords, keptWords } from '@mosaic/client'
import type { SessionView, WorkLook } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { harmless, oneLine } from '../../format/text.ts'
import { coloured, lookText } from './diff.ts'

/** What would land: how the branch stands, what it changes, and what its gates have said. */
export type LandPreview = {
  readonly sessionId: string
  readonly task: string
  readonly look: WorkLook
  readonly patch: { readonly patch: string; readonly isCutOff: boolean }
  readonly check: SessionView['check']
  /** Kept changes, which do not land while no commit holds them. */
  readonly uncommitted: SessionView['uncommitted']
}

/** What of a session stays behind, however it lands. */
export const leftBehind = ({ sessionId, uncommitted }: Pick<LandPreview, 'sessionId' | 'uncommitted'>): string[] =>
  uncommitted === null
    ? []
    : [
        pc.yellow(
          `${keptWords(uncommitted)}: these do not land unless they are on the branch: mosaic work keep ${sessionId}`,
        ),
      ]

export async function landPreview(client: Client, sessionId: string, into: string | undefined): Promise<LandPreview> {
  const of = { params: { id: sessionId } }
  const query = { into }
  const [{ task, check, uncommitted, isPruned }, look, patch] = await Promise.all([
    client.call(gatewayRoutes.session, of),
    client.call(gatewayRoutes.workLook, { ...of, query }),
    client.call(gatewayRoutes.workPatch, { ...of, query: { of: 'branch' as const, ...query } }),
  ])
  return { sessionId, task, look, patch, check, uncommitted: isPruned ? null : uncommitted }
}

export function previewText(preview: LandPreview): string {
  const { task, look, patch, check } = preview
  const commits = look.commits.map(
    ({ commit, subject }) => `  ${pc.yellow(commit.slice(0, 8))} ${harmless(oneLine(subject, 100))}`,
  )
  const gates = check ? `Gates of its last commit: ${gateWords(check.gates)}` : 'No gates have looked at it.'
  const cutOff = patch.isCutOff ? [pc.yellow('The rest is left out: see all of it with git.')] : []
  const hunks = patch.patch === '' ? [] : ['', coloured(harmless(patch.patch)).trimEnd(), ...cutOff, '']
  return [
    pc.bold(harmless(oneLine(task, 100))),
    lookText(look),
    ...commits,
    gates,
    ...leftBehind(preview),
    ...hunks,
  ].join('\n')
}
