import { type WorkLook } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from '../agent/find-session.ts'

type DiffOptions = { stat?: boolean; uncommitted?: boolean }

export const registerDiff: Register = (work) => {
  work
    .command('diff <id>')
    .description("what an agent's branch changes against the branch that it started from, as git has both now")
    .option('--stat', 'only which files, and how much of them')
    .option('--uncommitted', 'what it had not committed when it ended')
    .action(
      gatewayAction(async ({ client, json }, given: string, { stat, uncommitted }: DiffOptions) => {
        const id = await findSessionId(client, given)
        if (stat) {
          const look = await client.call(gatewayRoutes.workLook, { params: { id } })
          return json ? printJson(look) : print(lookText(look))
        }
        const query = { of: uncommitted ? ('uncommitted' as const) : ('branch' as const) }
        const answer = await client.call(gatewayRoutes.workPatch, { params: { id }, query })
        if (json) return printJson(answer)
        print(answer.patch === '' ? 'There is no change.' : coloured(harmless(answer.patch)).trimEnd())
        if (answer.isCutOff) print(pc.yellow('The rest is left out: see all of it with git.'))
      }),
    )
}

export function lookText({ branch, base, ahead, behind, isMerged, conflicts, files, moreFiles }: WorkLook): string {
  const lines = (count: number | null) => (count === null ? 'binary' : String(count))
  const merged = isMerged
    ? pc.green('all of it is merged')
    : `${ahead} ${ahead === 1 ? 'commit' : 'commits'} ahead, ${behind} behind`
  const list = files.map(
    ({ path, insertions, deletions }) =>
      `  ${harmless(path)}  ${pc.green(`+${lines(insertions)}`)} ${pc.red(`−${lines(deletions)}`)}`,
  )
  const more = moreFiles > 0 ? [`  and ${moreFiles} more`] : []
  const clash =
    conflicts.length > 0 ? [pc.red(`Conflicts with ${harmless(base)} in ${harmless(conflicts.join(', '))}`)] : []
  return [`${harmless(branch)} → ${harmless(base)}: ${merged}`, ...list, ...more, ...clash].join('\n')
}

export const coloured = (patch: string): string =>
  patch
    .split('\n')
    .map((line) => {
      if (/^(?:diff|index|\+\+\+|---|new file|deleted file|rename|similarity)/.test(line)) return pc.bold(line)
      if (line.startsWith('@@')) return pc.cyan(line)
      if (line.startsWith('+')) return pc.green(line)
      return line.startsWith('-') ? pc.red(line) : line
    })
    .join('\n')
