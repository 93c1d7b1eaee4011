import { entriesOf, type EventOf, type Keyed, valueAt, withoutKey, withValue } from '@mosaic/reactions'
import { defineReaction, type ReactionCommand } from './reaction.ts'

type Session = { readonly missionId: string; readonly isPaused: boolean }
type State = {
  /** The sessions that have not ended. */
  readonly sessions: Keyed<Session>
  /** The missions that stand still, with the sessions that stand still because of it. */
  readonly held: Readonly<Record<string, readonly string[]>>
}

/** The agents of a mission that is paused stand still, and go on with it; whom a person has paused waits for that person. */
export const holdMissions = defineReaction({
  name: 'hold-missions',
  version: 2,
  handles: [
    'AgentSpawnRequested',
    'AgentPauseRequested',
    'AgentResumeRequested',
    'AgentCompleted',
    'AgentFailed',
    'AgentKilled',
    'MissionPaused',
    'MissionResumed',
    'MissionCancelled',
    'MissionEnded',
  ],
  initial: { sessions: {}, held: {} } as State,
  evolve(state, event) {
    switch (event.type) {
      case 'AgentSpawnRequested': {
        const { sessionId, missionId } = event.data
        const held = state.held[missionId]
        const sessions = withValue(state.sessions, sessionId, { missionId, isPaused: false })
        return { sessions, held: held ? { ...state.held, [missionId]: [...held, sessionId] } : state.held }
      }
      case 'AgentPauseRequested':
        return withSession(state, event.data.sessionId, true)
      case 'AgentResumeRequested':
        return withSession(state, event.data.sessionId, false)
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled':
        return { ...state, sessions: withoutKey(state.sessions, event.data.sessionId) }
      case 'MissionPaused': {
        const { missionId } = event.data
        return { ...state, held: { ...state.held, [missionId]: atWork(state, missionId) } }
      }
      case 'MissionResumed':
      case 'MissionCancelled':
      case 'MissionEnded': {
        const { [event.data.missionId]: _, ...held } = state.held
        return { ...state, held }
      }
    }
  },
  react(state, event) {
    switch (event.type) {
      case 'AgentSpawnRequested': {
        const { sessionId, missionId } = event.data
        return missionId in state.held ? [pause(event, sessionId)] : []
      }
      case 'MissionPaused':
        return atWork(state, event.data.missionId).map((id) => pause(event, id))
      case 'MissionResumed': {
        const held = state.held[event.data.missionId] ?? []
        return held.filter((id) => valueAt(state.sessions, id) !== undefined).map((id) => resume(event, id))
      }
      case 'AgentPauseRequested':
      case 'AgentResumeRequested':
      case 'AgentCompleted':
      case 'AgentFailed':
      case 'AgentKilled':
      case 'MissionCancelled':
      case 'MissionEnded':
        return []
    }
  },
})

const pause = (
  { metadata: { actor } }: EventOf<'MissionPaused' | 'AgentSpawnRequested'>,
  id: string,
): ReactionCommand => ({
  to: 'agentSession',
  id,
  command: { type: 'PauseAgent', reason: 'its mission is paused' },
  key: id,
  actor,
})

const resume = ({ metadata: { actor } }: EventOf<'MissionResumed'>, id: string): ReactionCommand => ({
  to: 'agentSession',
  id,
  command: { type: 'ResumeAgent' },
  key: id,
  actor,
})

const atWork = ({ sessions }: State, missionId: string): string[] =>
  entriesOf(sessions).flatMap(([id, session]) => (session.missionId === missionId && !session.isPaused ? [id] : []))

function withSession(state: State, sessionId: string, isPaused: boolean): State {
  const session = valueAt(state.sessions, sessionId)
  return session ? { ...state, sessions: withValue(state.sessions, sessionId, { ...session, isPaused }) } : state
}
