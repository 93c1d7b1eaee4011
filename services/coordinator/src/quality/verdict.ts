import type { Authorship, CheckAnswer, GateResult } from '@mosaic/contracts/quality'

export type SharePolicy = {
  /** Of a branch's changed lines, from 0 to 1, that agents may have written; `null`: all of them. */
  readonly maxAgentShare: number | null
}

/** Passed only where every gate is: a reviewer that agrees outweighs no failed test, and the other way round. */
export function verdictOf(gates: readonly GateResult[]): CheckAnswer {
  return { approved: gates.every(({ passed }) => passed), gates: [...gates] }
}

/**
 * Whether somebody has judged the change: passed it, or has something against it. A reviewer that said nothing and a set-up
 * that failed let nothing pass, and may do better another time.
 */
export const isVerdict = ({ approved, gates }: CheckAnswer): boolean =>
  approved || gates.some(({ passed, ran }) => ran && !passed)

/** How much of the branch agents have written; told in any case. */
export function agentShare({ byAgents, byPeople }: Authorship, { maxAgentShare }: SharePolicy): GateResult {
  const all = byAgents + byPeople
  const share = all === 0 ? 0 : byAgents / all
  const passed = maxAgentShare === null || share <= maxAgentShare
  const percent = (part: number) => `${Math.round(part * 1000) / 10} %`
  const limit = passed ? '' : `, and ${percent(maxAgentShare)} are allowed`
  const output = `agents have written ${byAgents} of ${all} changed lines of the branch (${percent(share)})${limit}`
  return { name: 'agent-share', kind: 'mechanical', passed, ran: true, details: [{ output }], durationMs: 0 }
}

/** A reviewer is not asked about what does not pass anyway. */
export const notReviewed = (why: string): GateResult => ({
  name: 'review',
  kind: 'ai',
  passed: false,
  ran: false,
  details: [{ output: why }],
  durationMs: 0,
})
