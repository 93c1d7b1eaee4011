import type { SessionAtProvider } from '@mosaic/contracts/agent-session'
import { uuidv5 } from '@mosaic/event-store'
import type { CommandOf, Spec } from '../../domain/agent-session/index.ts'
import type { FeatureDeps } from '../deps.ts'

/** A session that is at a provider already, as it is to be here. */
export type Adoption = Pick<Spec, 'sessionId' | 'parentSessionId' | 'name' | 'task' | 'runtime'> & {
  readonly workspaceId: string
  readonly adopted: CommandOf<'AdoptAgent'>['adopted']
  /** It is none, if that session is the one it stands for. */
  readonly unless?: string
}

const system = { kind: 'system', id: 'orchestrator' } as const

/**
 * What is at a provider comes to be a session here, once, whoever finds it. Answers whether it is one now, or was; not
 * where it cannot be now, as while the fleet is frozen.
 */
export async function adoptAgent(deps: FeatureDeps, adoption: Adoption): Promise<boolean> {
  const { workspaceId, adopted, unless, ...given } = adoption
  const { sessionId } = given
  if (unless !== undefined && (await isAt(deps, unless, adopted.provider))) return true
  if (await deps.sessions.find(sessionId)) return true
  const spec: Spec = {
    ...given,
    workplace: { kind: 'remote' },
    predecessor: null,
    missionId: uuidv5(`${sessionId}/mission`),
    taskId: uuidv5(`${sessionId}/task`),
    taskSource: 'external',
    agentType: 'worker',
    quality: null,
    reviews: null,
    budget: null,
    approvals: null,
    network: null,
    skills: null,
    labels: [],
    externalKey: null,
    timeoutSeconds: null,
  }
  const command = { type: 'AdoptAgent', spec, ownerId: deps.sessions.ownerId, adopted } as const
  const commandId = uuidv5(`${sessionId}/adopt`)
  const context = { commandId, workspaceId, actor: system, occurredAt: deps.clock.now(), writer: command.ownerId }
  const done = await deps.admission.admit(workspaceId, spec, () =>
    deps.sessions.journals.use(sessionId, (journal) => journal.execute(command, context), true),
  )
  return done.ok || done.error.code === 'SESSION_ALREADY_EXISTS'
}

async function isAt({ sessions }: FeatureDeps, sessionId: string, { providerId, sessionKey }: SessionAtProvider) {
  const provider = (await sessions.find(sessionId))?.session.provider
  return provider?.providerId === providerId && provider.sessionKey === sessionKey
}
