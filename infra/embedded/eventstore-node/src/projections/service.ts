import type { Policy } from '../access/policy.ts'
import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import { MalformedRequestError } from '../streams/refusals.ts'
import { ProtoReader, ProtoWriter } from '../wire/protobuf.ts'
import type { ProjectionActivation } from './activation.ts'
import { SYSTEM_PROJECTIONS, type SystemProjection } from './definitions.ts'
import type { Progress } from './progress.ts'

const SERVICE = '/event_store.client.projections.Projections'
const NOTHING = Buffer.alloc(0)

export interface ProjectionsDeps {
  activation: ProjectionActivation
  progress: (projection: SystemProjection) => Progress
  newest: () => number
  policy: Policy
}

type Options = Map<number, string>

/** The options of a request: texts by field, for a field that is no text an empty one. */
function readOptions(message: Buffer): Options {
  const outer = new ProtoReader(message)
  if (outer.next() !== 1) throw new MalformedRequestError('no options')
  const reader = outer.message()
  const options: Options = new Map()
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (reader.wireType === 2) options.set(field, reader.string())
    else reader.skip()
  }
  return options
}

function named(options: Options): SystemProjection {
  const name = options.get(1) ?? ''
  const projection = SYSTEM_PROJECTIONS.find((candidate) => candidate.name === name)
  if (!projection) throw new GrpcError(Status.NOT_FOUND, `Projection '${name}' not found`)
  return projection
}

const STATUSES: Record<Progress['status'], string> = {
  idle: 'Stopped',
  stopped: 'Stopped',
  'catching-up': 'Running',
  running: 'Running',
}

function details(projection: SystemProjection, { status, position }: Progress, newest: number): Buffer {
  const progress = status === 'running' || newest === 0 ? 100 : (position / newest) * 100
  const float = Buffer.alloc(4)
  float.writeFloatLE(progress)
  const body = new ProtoWriter()
    .string(4, projection.name)
    .string(8, STATUSES[status])
    .string(10, projection.name)
    .string(11, 'Continuous')
    .string(12, `C:${position}/P:${position}`)
    .string(14, `C:${position}/P:${position}`)
    .finish()
  // Field 13, a 32-bit float.
  const bytes = Buffer.concat([body, Buffer.from([13 * 8 + 5]), float])
  return new ProtoWriter().bytes(1, bytes).finish()
}

const unimplemented = (method: string) => async (call: ServerCall) => {
  await call.single()
  throw new GrpcError(
    Status.UNIMPLEMENTED,
    `Projections/${method} is not implemented: this node has the system projections, but runs no JavaScript.`,
  )
}

/** The service event_store.client.projections.Projections, as far as the system projections need it. */
export function projectionsService(deps: ProjectionsDeps): [path: string, handler: Handler][] {
  const { activation, progress, newest, policy } = deps
  const unary = (run: (options: Options) => Promise<void>) => async (call: ServerCall) => {
    const options = readOptions(await call.single())
    policy.operate(call)
    await run(options)
    call.end(NOTHING)
  }
  const statistics = async (call: ServerCall) => {
    const options = readOptions(await call.single())
    const chosen = options.has(1) ? [named(options)] : options.has(2) || options.has(4) ? SYSTEM_PROJECTIONS : []
    for (const projection of chosen) call.write(details(projection, progress(projection), newest()))
    call.end()
  }
  const methods: Record<string, Handler> = {
    Create: unimplemented('Create'),
    Update: unimplemented('Update'),
    Delete: unimplemented('Delete'),
    Statistics: statistics,
    Disable: unary((options) => activation.stop(named(options))),
    Enable: unary((options) => activation.start(named(options))),
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
