import { accessDenied, type Policy } from '../access/policy.ts'
import { ALL_USERS, OPS, isAdmin } from '../access/principal.ts'
import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import { type ProjectionActivation } from './activation.ts'
import { SYSTEM_PROJECTIONS, type SystemProjection } from './definitions.ts'
import { details } from './details.ts'
import type { Progress } from './progress.ts'
import { type Options, readOptions } from './requests.ts'

const SERVICE = '/event_store.client.projections.Projections'
const NOTHING = Buffer.alloc(0)

export interface ProjectionsDeps {
  activation: ProjectionActivation
  progress: (projection: SystemProjection) => Progress
  newest: () => number
  policy: Policy
}

/** How the real server says that its inner parts answered something else than it hoped for. */
const unexpected = (expected: string, received: string): GrpcError =>
  new GrpcError(Status.UNKNOWN, `Envelope callback expected ${expected}, received ${received} instead`)

function named(name: string, expected: string): SystemProjection {
  const projection = SYSTEM_PROJECTIONS.find((candidate) => candidate.name === name)
  if (!projection) throw unexpected(expected, 'NotFound')
  return projection
}

/** Everybody who signed in. */
function known(call: ServerCall): void {
  if (!call.principal.roles.has(ALL_USERS)) throw accessDenied()
}

/** Operators and administrators; others hear it in the words of the inner parts. */
function mayChange(call: ServerCall): void {
  known(call)
  if (!isAdmin(call.principal) && !call.principal.roles.has(OPS)) throw unexpected('Updated', 'NotAuthorized')
}

const unimplemented = (method: string) => async (call: ServerCall) => {
  await call.single()
  throw new GrpcError(
    Status.UNIMPLEMENTED,
    `Projections/${method} is not implemented: this node has the system projections, but runs no JavaScript.`,
  )
}

const NAME = 1
const [TRANSIENT, ONE_TIME] = [3, 5]

/** Those that are asked for: one by its name, or all of a mode, and all of these are continuous. */
function chosen(options: Options): readonly SystemProjection[] {
  const mode = options.last
  if (mode === NAME && options.text(NAME) !== '') return [named(options.text(NAME), 'Statistics')]
  return mode === TRANSIENT || mode === ONE_TIME ? [] : SYSTEM_PROJECTIONS
}

/** The service event_store.client.projections.Projections, as far as the system projections need it. */
export function projectionsService(deps: ProjectionsDeps): [path: string, handler: Handler][] {
  const { activation, progress, newest, policy } = deps
  const change =
    (run: (projection: SystemProjection, options: Options) => Promise<void>) => async (call: ServerCall) => {
      const options = readOptions(await call.single())
      const projection = named(options.text(NAME), 'Updated')
      mayChange(call)
      await run(projection, options)
      call.end(NOTHING)
    }
  const statistics = async (call: ServerCall) => {
    const options = readOptions(await call.single())
    known(call)
    for (const projection of chosen(options)) {
      const state = activation.state(projection)
      call.write(details({ projection, state, progress: progress(projection), newest: newest() }))
    }
    call.end()
  }
  const methods: Record<string, Handler> = {
    Create: unimplemented('Create'),
    Update: unimplemented('Update'),
    Delete: unimplemented('Delete'),
    Statistics: statistics,
    /** Without a checkpoint it is an abort. */
    Disable: change((projection, options) => activation.stop(projection, options.flag(2) ? 'stopped' : 'aborted')),
    Enable: change((projection) => activation.start(projection)),
    Reset: unimplemented('Reset'),
    State: unimplemented('State'),
    Result: unimplemented('Result'),
    RestartSubsystem: async (call) => {
      await call.single()
      policy.operate(call)
      call.end(NOTHING)
    },
  }
  return Object.entries(methods).map(([method, handler]) => [`${SERVICE}/${method}`, handler])
}
