import { charactersOf, compacted } from '../../journal/compacted.ts'
import type { Told } from '../../journal/transcript.ts'

export type CompactionPlan = { readonly kind: 'elide' | 'summarise'; readonly throughTurn: number }

/** A compaction that frees less than this part of the conversation is not worth it. */
const leastGain = 0.1

/**
 * How to make a conversation shorter, the mildest way that is of use: old tool results go first, then the older turns
 * become a summary, then the newest results go too. The newest turns stay as they are up to half of all there is.
 */
export function planCompaction(told: readonly Told[]): CompactionPlan | undefined {
  const whole = charactersOf(told)
  const newest = told.at(-1)?.turn ?? 0
  const throughTurn = oldTurns(told, whole, newest)
  const gain = (turn: number) => 1 - charactersOf(compacted(told, { throughTurn: turn, how: elision })) / whole
  if (gain(throughTurn) >= leastGain) return { kind: 'elide', throughTurn }
  const older = told.filter(({ turn }) => turn > 0 && turn <= throughTurn)
  if (charactersOf(older) / whole >= leastGain) return { kind: 'summarise', throughTurn }
  if (gain(newest) >= leastGain) return { kind: 'elide', throughTurn: newest }
  return undefined
}

const elision = { kind: 'results-elided' } as const

/** The last turn that does not belong to the newest half. */
function oldTurns(told: readonly Told[], whole: number, newest: number): number {
  let kept = 0
  for (const one of told.toReversed()) {
    kept += charactersOf([one])
    if (one.turn < newest && kept > whole / 2) return one.turn
  }
  return 0
}
