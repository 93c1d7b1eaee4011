import type { ComparedAttempt, ComparedGates } from '@mosaic/contracts/task'
import pc from 'picocolors'
import { table } from './table.ts'
import { pullRequestText } from './pull-request.ts'
import { duration, harmless, oneLine, shortIds } from './text.ts'

const mostFiles = 12

/** Attempts as columns, what they are compared by as rows. What is not known says so. */
export function attemptsText(attempts: readonly ComparedAttempt[]): string {
  const ids = shortIds(attempts.map(({ sessionId }) => sessionId))
  const row = (name: string, cell: (attempt: ComparedAttempt) => string) => [pc.dim(name), ...attempts.map(cell)]
  const rows = [
    row('round', ({ round }) => String(round)),
    row('status', ({ status, chosen }) => (chosen ? pc.green(`${status}, chosen`) : status)),
    row('model', ({ model }) => known(model, (name) => oneLine(name, 30))),
    row('gates', ({ gates }) => known(gates, verdictText)),
    ...gateNames(attempts).map((name) => row(`  ${name}`, ({ gates }) => gateText(gates, name))),
    row('files', ({ diff }) => known(diff, ({ files, moreFiles }) => String(files.length + moreFiles))),
    row('lines', ({ diff }) =>
      known(diff, ({ insertions, deletions }) => `${pc.green(`+${insertions}`)} ${pc.red(`−${deletions}`)}`),
    ),
    row('commits', ({ commits }) => known(commits, String)),
    row('conflicts', ({ diff }) => known(diff, ({ conflicts }) => String(conflicts.length))),
    row('tokens', ({ tokens }) => known(tokens, String)),
    row('cost', ({ costUsd }) => known(costUsd, (usd) => `$${usd.toFixed(4)}`)),
    row('took', ({ durationMs }) => known(durationMs, duration)),
  ]
  return [table(['', ...attempts.map(({ sessionId }) => ids.get(sessionId)!)], rows), ...attempts.map(detailText)].join(
    '\n',
  )
}

const known = <T>(value: T | null, words: (value: T) => string): string =>
  value === null ? pc.dim('unknown') : words(value)

const gateNames = (attempts: readonly ComparedAttempt[]): string[] => [
  ...new Set(attempts.flatMap(({ gates }) => (gates?.state === 'decided' ? gates.gates : []).map(({ name }) => name))),
]

function verdictText(gates: ComparedGates): string {
  switch (gates.state) {
    case 'none':
      return 'none'
    case 'open':
      return 'not decided yet'
    case 'skipped':
      return pc.red(`skipped (${gates.by})`)
    case 'decided':
      if (gates.blocked !== null) return pc.yellow('blocked')
      return gates.approved ? pc.green('passed') : pc.red('failed')
  }
}

function gateText(gates: ComparedGates | null, name: string): string {
  const gate = gates?.state === 'decided' && gates.gates.find((each) => each.name === name)
  if (!gate) return pc.dim('–')
  if (gate.result === 'skipped') return pc.dim(gate.result)
  return gate.result === 'passed' ? pc.green(gate.result) : pc.red(gate.result)
}

/** What has no room in a column. */
function detailText({ sessionId, branch, pullRequest, summary, diff, diffUnknown }: ComparedAttempt): string {
  const files = (diff?.files ?? []).slice(0, mostFiles).map(({ path, insertions, deletions }) => {
    const lines = insertions === null ? 'binary' : `+${insertions} −${deletions ?? 0}`
    return `  ${harmless(path)}  ${lines}`
  })
  const more = diff ? diff.files.length + diff.moreFiles - files.length : 0
  return [
    '',
    `${pc.bold(sessionId)}${branch === null ? '' : `  ${harmless(branch)}`}`,
    ...(pullRequest === null
      ? []
      : [`pull request ${harmless(pullRequestText(pullRequest)).replaceAll('\n', '\n  ')}`]),
    ...(summary === null ? [] : [oneLine(summary, 120)]),
    ...files,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(diffUnknown === null ? [] : [pc.yellow(`  its change is not known: ${oneLine(diffUnknown, 100)}`)]),
  ].join('\n')
}
