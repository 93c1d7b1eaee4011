import type { BargeInMeaning, KillProof, PauseMeaning, RuntimeCapabilities } from '@mosaic/contracts/agent-session'

const pauses: Record<PauseMeaning, string> = {
  freezes: 'everything stands still at once',
  'between-steps': 'it stops before its next step',
  none: 'cannot be paused',
}
const bargeIns: Record<BargeInMeaning, string> = {
  'at-once': 'heard at once',
  'before-next-model-call': 'heard after the current step',
  'after-current-turn': 'heard after its whole turn',
  none: 'takes no messages',
}
const kills: Record<KillProof, string> = {
  kernel: 'proved, by no process being left',
  reported: 'known only from what its runtime reports',
}

/** What control over a session means, as sentences' ends. */
export const wordsOf = ({ pause, bargeIn, killProof }: RuntimeCapabilities) => ({
  pause: pauses[pause],
  bargeIn: bargeIns[bargeIn],
  kill: kills[killProof],
})
