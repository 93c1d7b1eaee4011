import { setTimeout as wait } from 'node:timers/promises'
import type { ProjectionView, VerifyAnswer } from '@mosaic/contracts/http'
import { systemClock } from '@mosaic/contracts/kernel'
import { connectPostgres, ensureRoles, LeaseHeldError, type Projection, withLease } from '@mosaic/postgres'
import type { Logger } from '@mosaic/runtime'
import { type BuildDependencies, rebuild, verify } from './build.ts'
import { follow, type FollowerState } from './follower.ts'
import { Hub, type HubDependencies } from './hub.ts'
import type { Log } from './log.ts'
import { createProofs, saveProof } from './proofs.ts'
import { canRebuildWorkspace, rebuildWorkspace } from './rebuild-workspace.ts'
import { viewOf } from './view.ts'

export type ProjectorOptions = {
  readonly postgresUrl: string
  readonly store: Log
  readonly messaging: HubDependencies['messaging']
  readonly projections: readonly Projection[]
  readonly logger: Logger
  /** How often a projector that waits asks whether it may take over. */
  readonly standbyMs?: number
}

export type Projector = {
  /** Whether this process is the one that writes; another one may be, and then this one waits. */
  leading(): boolean
  /** Rejects when Postgres does not answer. With a workspace, parked events are shown of that one alone. */
  views(workspaceId?: string): Promise<ProjectionView[]>
  problems(): string[]
  /** Builds all rows anew, or those of one workspace; answers how the projection is then. */
  rebuild(name: string, options?: { readonly workspaceId?: string | undefined }): Promise<Built<ProjectionView>>
  verify(name: string): Promise<Built<VerifyAnswer>>
  /** Ends a rebuild or a proof that was asked for; answers whether there was one. `undefined`: no such projection. */
  cancel(name: string): boolean | undefined
  close(): Promise<void>
}

/**
 * `undefined`: there is no projection of that name. `busy`: it is being built, or this process does not lead. `whole-only`:
 * its rows are only ever added, so no workspace's can be replaced.
 */
export type Built<Answer> = Answer | 'busy' | 'cancelled' | 'whole-only' | undefined

type Member = { readonly projection: Projection; readonly state: FollowerState; build?: AbortController | undefined }

/** Runs all projections in this process, at most one process per database at a time. */
export function startProjector(options: ProjectorOptions): Projector {
  const { postgresUrl: url, store, logger, standbyMs = 1_000 } = options
  const postgres = connectPostgres({
    url,
    applicationName: 'projector',
    access: 'owner',
    connections: 4 * options.projections.length + 2,
    statementTimeoutMs: 60_000,
    onConnectionLost: (error) => logger.warn({ err: error }, 'a connection to Postgres broke'),
  })
  const { db } = postgres
  const members = options.projections.map(
    (projection): Member => ({
      projection,
      state: { building: false, problem: null },
    }),
  )
  const closing = new AbortController()
  let term: AbortSignal | undefined
  let leaseProblem: string | null = null

  const lead = async (signal: AbortSignal) => {
    await ensureRoles(db)
    await createProofs(db)
    logger.info('leading')
    term = signal
    leaseProblem = null
    const hub = new Hub({ store, messaging: options.messaging, logger })
    const following = members.map(({ projection, state }) =>
      follow({ db, store, hub, projection, logger }, state, signal),
    )
    await Promise.all([hub.run(signal), ...following])
  }
  const keepLeading = async () => {
    while (!closing.signal.aborted) {
      try {
        await withLease({ url, applicationName: 'projector lease', name: 'projector', signal: closing.signal }, lead)
      } catch (error) {
        if (error instanceof LeaseHeldError) leaseProblem = null
        else {
          leaseProblem = error instanceof Error ? error.message : String(error)
          logger.warn({ err: error }, 'cannot lead')
        }
      }
      term = undefined
      await wait(standbyMs, undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }
  const running = keepLeading()

  /** One build per projection at a time, and only where the model is written. */
  const building = async <Answer>(
    name: string,
    work: (dependencies: BuildDependencies) => Promise<Built<Answer>>,
  ): Promise<Built<Answer>> => {
    const member = members.find(({ projection }) => projection.name === name)
    if (!member) return undefined
    if (!term || member.state.building) return 'busy'
    const build = new AbortController()
    member.state.building = true
    member.build = build
    try {
      return await work({ db, store, projection: member.projection, signal: AbortSignal.any([term, build.signal]) })
    } catch (error) {
      if (build.signal.aborted) return 'cancelled'
      throw error
    } finally {
      member.state.building = false
      member.build = undefined
    }
  }
  const prove = (name: string, proof: { position: string; digest: string; equal: boolean }) =>
    saveProof(db, name, { ...proof, at: systemClock.now().toISOString() })

  return {
    leading: () => term !== undefined,
    views: (workspaceId) => Promise.all(members.map((member) => viewOf({ db, store }, member, workspaceId))),
    problems: () => [
      ...(leaseProblem === null ? [] : [leaseProblem]),
      ...members.flatMap(({ projection, state }) => (state.problem ? [`${projection.name}: ${state.problem}`] : [])),
    ],
    rebuild: (name, { workspaceId } = {}) =>
      building(name, async (dependencies) => {
        const { projection } = dependencies
        if (workspaceId !== undefined && !canRebuildWorkspace(projection)) return 'whole-only'
        const { digest, position, replacedWasEqual } =
          workspaceId === undefined
            ? await rebuild(dependencies, 'same-version')
            : await rebuildWorkspace(dependencies, workspaceId)
        if (replacedWasEqual === false) logger.warn({ projection: name }, 'the replaced read model had other rows')
        // Of one workspace's rows nothing follows for the others'.
        if (workspaceId === undefined) await prove(name, { position: position ?? '0', digest, equal: true })
        return viewOf({ db, store }, { projection, state: { building: false, problem: null } }, workspaceId)
      }),
    verify: (name) =>
      building(name, async (dependencies) => {
        const answer = await verify(dependencies)
        if (!answer.equal) logger.error({ projection: name, difference: answer.firstDifference }, 'proof failed')
        await prove(name, { position: answer.position, digest: answer.rebuiltDigest, equal: answer.equal })
        return answer
      }),
    cancel(name) {
      const member = members.find(({ projection }) => projection.name === name)
      member?.build?.abort()
      return member && member.build !== undefined
    },
    async close() {
      closing.abort()
      await running
      await postgres.close()
    },
  }
}
