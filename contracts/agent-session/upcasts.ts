import { z } from 'zod'
import type { Upcast } from '../kernel/index.ts'

// Version 1 of these knew sessions of our own loop only: repository, worktree, sandbox and signal were fields of every session.

export const spawnRequestedV1: Upcast = ({ provider, model, maxTurns, repository, baseBranch, sandbox, ...rest }) => ({
  ...rest,
  runtime: { kind: 'internal', modelProvider: provider, model, maxTurns },
  workplace: { kind: 'worktree', repository, baseBranch, sandbox },
})

/** Version 2: nobody took up an ended session. */
export const spawnRequestedV2: Upcast = (data) => ({ ...data, predecessor: null })

/** Version 3: there were no gates. */
export const spawnRequestedV3: Upcast = (data) => ({ ...data, quality: null, reviews: null })

/** Version 4 said nothing of what a session may use, nor of where it may run. */
export const spawnRequestedV4: Upcast = (data) => ({
  ...data,
  budget: null,
  network: null,
  skills: null,
  labels: [],
  externalKey: null,
  timeoutSeconds: null,
})

/** Version 5: what agents of others were asked about stood at their runtime, a yes or a no for all of it. */
export const spawnRequestedV5: Upcast = ({ runtime, ...rest }) => {
  const { approvals, ...others } = isRecord(runtime) ? runtime : {}
  return {
    ...rest,
    runtime: isRecord(runtime) ? others : runtime,
    approvals: approvals === 'ask' ? { otherwise: 'ask' } : null,
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

export const spawnedV1: Upcast = ({ sessionId, ...place }) => ({ sessionId, place: { kind: 'worktree', ...place } })

/** Version 2 did not say what the sandbox enforces. */
export const spawnedV2: Upcast = ({ place, ...rest }) => {
  const before = placeV2.safeParse(place)
  return {
    ...rest,
    place: before.success ? { ...before.data, sandbox: { ...before.data.sandbox, guarantees: null } } : place,
  }
}

const placeV2 = z.looseObject({ kind: z.literal('worktree'), sandbox: z.looseObject({}) })

export const killSignalledV1: Upcast = ({ sessionId, ...sent }) => ({ sessionId, sent: { kind: 'process', ...sent } })

export const killedV1: Upcast = (data) => ({ ...data, proof: 'kernel' })

// Version 1 knew the end of one session only.

export const withoutTreeV1: Upcast = (data) => ({ ...data, tree: false })

/** Version 1 did not say where a push went, nor why one failed, and no merge was recorded. */
export const commitRecordedV1: Upcast = ({ pushed, ...rest }) => ({
  ...rest,
  push:
    pushed === true
      ? { state: 'pushed', as: rest['branch'] }
      : { state: 'failed', code: 'UNKNOWN', message: 'why is not recorded' },
  merged: null,
})

/** Version 1 removed a worktree with whatever was in it. */
export const resourcesReleasedV1: Upcast = (data) => ({ ...data, leftWork: null })

/** Version 1 did not say of which task, nor who had wanted it so. */
export const gatesSkippedV1: Upcast = (data) => ({ ...data, taskId: null, saidBy: null })
