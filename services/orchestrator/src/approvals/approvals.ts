import {
  approvalPolicyEvents,
  type ApprovalPolicyEvent,
  approvalPolicyStream,
  type WorkspacePolicy,
} from '@mosaic/contracts/approval'
import { type MissionEvent, missionStream } from '@mosaic/contracts/mission'
import type { EventStore, LogEvent } from '@mosaic/event-store'
import type { Spec } from '../domain/agent-session/index.ts'
import { digestOf, type ExactCall } from './call.ts'
import type { Policies } from './judge.ts'

/** Missions whose policy is remembered: it never changes. */
const mostMissions = 1000

const isPolicy = (event: LogEvent): event is LogEvent & ApprovalPolicyEvent =>
  Object.hasOwn(approvalPolicyEvents, event.type)

/** What a workspace says of what its agents may do, as the log has it now. @throws StoreUnavailableError */
export async function workspacePolicyOf(
  store: Pick<EventStore, 'readStream'>,
  workspaceId: string,
): Promise<WorkspacePolicy> {
  const newest = { direction: 'backwards', limit: 1 } as const
  for await (const item of store.readStream(approvalPolicyStream.of(workspaceId), newest)) {
    // What cannot be read might say no: nothing is done by it, and somebody has to look.
    if (item.kind !== 'event' || !isPolicy(item.event)) throw new Error(`the policy of ${workspaceId} cannot be read`)
    const { actor, occurredAt } = item.event.metadata
    return { policy: item.event.data.policy, setBy: actor.name ?? actor.id, setAt: occurredAt }
  }
  return { policy: null, setBy: null, setAt: null }
}

/** The policies that hold for a session, and the key by which its calls are named. */
export class Approvals {
  readonly #store: Pick<EventStore, 'readStream'>
  readonly #key: string
  readonly #missions = new Map<string, Policies>()

  constructor(store: Pick<EventStore, 'readStream'>, key: string) {
    this.#store = store
    this.#key = key
  }

  /** @throws StoreUnavailableError */
  async policiesOf(
    workspaceId: string,
    { missionId, approvals }: Pick<Spec, 'missionId' | 'approvals'>,
  ): Promise<Policies> {
    const { policy } = await workspacePolicyOf(this.#store, workspaceId)
    const mission = this.#missions.get(missionId) ?? (await this.#missionsPolicy(missionId))
    return [
      ...(policy ? [{ of: 'workspace' as const, policy }] : []),
      ...mission,
      ...(approvals ? [{ of: 'task' as const, policy: approvals }] : []),
    ]
  }

  digestOf(sessionId: string, call: ExactCall): string {
    return digestOf(this.#key, sessionId, call)
  }

  async #missionsPolicy(missionId: string): Promise<Policies> {
    let policies: Policies = []
    for await (const item of this.#store.readStream(missionStream.of(missionId), { limit: 1 })) {
      if (item.kind !== 'event') throw new Error(`the mission ${missionId} cannot be read`)
      const { type, data } = item.event as LogEvent & MissionEvent
      if (type === 'MissionCreated' && data.approvals) policies = [{ of: 'mission', policy: data.approvals }]
    }
    if (this.#missions.size >= mostMissions) this.#missions.clear()
    this.#missions.set(missionId, policies)
    return policies
  }
}
