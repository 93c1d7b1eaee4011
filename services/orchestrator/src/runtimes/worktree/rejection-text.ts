import type { GateDetail, GateResult } from '@mosaic/contracts/quality'

const mostDetails = 15
const longest = 12_000

/** What the agent is told: each gate that was not passed, by file and line, with what it said; and what was not looked at. */
export function rejectionText(gates: readonly GateResult[]): string {
  const failed = gates.filter(({ passed }) => !passed)
  const others = gates
    .filter(({ passed }) => passed)
    .map(({ name, ran }) => `${name} ${ran ? 'passed' : 'nothing to run'}`)
  const parts = failed.map(
    ({ name, details }) => `${name} failed:\n${details.slice(0, mostDetails).map(lineOf).join('\n')}`,
  )
  const rest = others.length > 0 ? [`Of the others: ${others.join(', ')}.`] : []
  const text = [...parts, ...rest, 'Nothing was committed or pushed. Repair it and try again.'].join('\n\n')
  return text.length <= longest ? text : `${text.slice(0, longest / 2)}\n…\n${text.slice(-longest / 2)}`
}

function lineOf({ file, line, output }: GateDetail): string {
  if (file === undefined) return output
  return `${file}${line === undefined ? '' : `:${line}`}: ${output}`
}
