import type { Typist } from '@mosaic/contracts/agent-session'
import type { LiveSession } from '../state.ts'
import { notSupported } from './control.ts'
import { beingKilled, type Deciders, factOf, nothing, only, refuse } from './decision.ts'

/** Who types at a session's terminal: one person at a time, and whoever wants to take it from them may. */
export const terminal = {
  TakeTerminal: ({ operatorId, operatorName }, live) => {
    if (live.kill) return beingKilled()
    if (!isTerminal(live)) return notSupported(live, 'has no terminal')
    const { sessionId } = live.spec
    const { typist: from } = live
    if (from?.operatorId === operatorId) return nothing
    return only({ type: 'TerminalControlTaken', data: { sessionId, operatorId, operatorName, from } })
  },
  ReleaseTerminal: ({ operatorId }, live) => {
    if (live.kill) return beingKilled()
    if (!isTerminal(live)) return notSupported(live, 'has no terminal')
    const { sessionId } = live.spec
    if (live.typist?.operatorId !== operatorId) return notHeld(live.typist)
    return only({ type: 'TerminalControlReleased', data: { sessionId, ...live.typist } })
  },
  // It was typed, whoever has control by the time that it is told.
  RecordTyped: (command, live) => only({ type: 'TerminalTyped', data: factOf(command, live) }),
} satisfies Partial<Deciders>

const isTerminal = ({ spec: { runtime } }: LiveSession) => 'command' in runtime && runtime.command !== undefined

const notHeld = (typist: Typist | null) =>
  refuse('TERMINAL_NOT_HELD', `the terminal is controlled by ${typist ? typist.operatorName : 'nobody'}`)
