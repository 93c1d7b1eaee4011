import { type Client, gateWords } from '@mosaic/client'
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
}

export async function landPreview(client: Client, sessionId: string, into: string | undefined): Promise<LandPreview> {
  const of = { params: { id: sessionId } }
  const query = { into }
  const [{ task, check }, look, patch] = await Promise.all([
    client.call(gatewayRoutes.session, of),
    client.call(gatewayRoutes.workLook, { ...of, query }),
    client.call(gatewayRoutes.workPatch, { ...of, query: { of: 'branch' as const, ...query } }),
  ])
  return { sessionId, task, look, patch, check }
}

export function previewText({ task, look, patch, check }: LandPreview): string {
  const commits = look.commits.map(
    ({ commit, subject }) => `  ${pc.yellow(commit.slice(0, 8))} ${harmless(oneLine(subject, 100))}`,
  )
  const gates = check ? `Gates of its last commit: ${gateWords(check.gates)}` : 'No gates have looked at it.'
  const cutOff = patch.isCutOff ? [pc.yellow('The rest is left out: see all of it with git.')] : []
  const hunks = patch.patch === '' ? [] : ['', coloured(harmless(patch.patch)).trimEnd(), ...cutOff, '']
  return [pc.bold(harmless(oneLine(task, 100))), lookText(look), ...commits, gates, ...hunks].join('\n')
}
