import type { GateDetail, GateResult } from '@mosaic/contracts/quality'

/** `tests passed, lint nothing to run`: what was not looked at is never told as passed. */
export const gateWords = (gates: readonly Pick<GateResult, 'name' | 'passed' | 'ran'>[]): string =>
  gates.map(({ name, passed, ran }) => `${name} ${outcome(passed, ran)}`).join(', ') || 'no gates'

const outcome = (passed: boolean, ran: boolean): string => {
  if (!ran) return passed ? 'nothing to run' : 'not reached'
  return passed ? 'passed' : 'failed'
}

/** `src/sum.js:3: what was said` */
export const detailLine = ({ file, line, output }: GateDetail): string =>
  file === undefined ? output : `${file}${line === undefined ? '' : `:${line}`}: ${output}`
