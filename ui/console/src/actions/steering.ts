import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { useMosaic } from '../app-context.ts'
import { pause, resume } from './commands.ts'

type Able = Pick<SessionView, 'status' | 'pending'>

/** What the signed-in person can do to a session now; nothing for who may only look. */
export function useSteering() {
  const { may } = useMosaic()
  const canSteer = ({ status, pending }: Able) => may(gatewayRoutes.kill) && !hasEnded(status) && pending !== 'kill'
  const canPause = (session: Able) => canSteer(session) && session.status !== 'paused' && session.pending === null
  const canResume = (session: Able) => canSteer(session) && session.status === 'paused' && session.pending === null
  return {
    canSteer,
    canPause,
    canResume,
    /** Pause or resume, whichever the session can take now. */
    togglePause(session: SessionView): void {
      if (canResume(session)) void resume(session)
      else if (canPause(session)) void pause(session)
    },
  }
}
export type Steering = ReturnType<typeof useSteering>
