import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { useMosaic } from '../app-context.ts'
import { ableTo, type Steered } from './able.ts'
import { pause, resume } from './commands.ts'

type Able = Steered & Pick<SessionView, 'capabilities'>

/** What the signed-in person can do to a session now; nothing for who may only look. */
export function useSteering() {
  const { may } = useMosaic()
  const able = (session: Able) => ableTo(session, session.capabilities)
  const canPause = (session: Able) => may(gatewayRoutes.pause) && able(session).pause
  const canResume = (session: Able) => may(gatewayRoutes.resume) && able(session).resume
  return {
    /** Ends it: the one thing that every session takes until it has ended. */
    canEnd: (session: Able) => may(gatewayRoutes.kill) && able(session).end,
    canPause,
    canResume,
    canSpeak: (session: Able) => may(gatewayRoutes.inject) && able(session).speak,
    canTakeUp: (session: Able) => may(gatewayRoutes.continue) && able(session).takeUp,
    whyMute: (session: Able) => (may(gatewayRoutes.inject) ? able(session).whyMute : null),
    /** Pause or resume, whichever the session can take now. */
    togglePause(session: SessionView): void {
      if (canResume(session)) void resume(session)
      else if (canPause(session)) void pause(session)
    },
  }
}
export type Steering = ReturnType<typeof useSteering>
