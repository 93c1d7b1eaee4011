import type { Policy } from '../access/policy.ts'
import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import { MalformedRequestError } from '../streams/refusals.ts'
import { ProtoReader, ProtoWriter } from '../wire/protobuf.ts'
import type { ScavengeRuns } from './scavenge-runs.ts'

const SERVICE = '/event_store.client.operations.Operations'
const NOTHING = Buffer.alloc(0)
/** ScavengeResp.ScavengeResult */
const RESULTS = { started: 0, 'in-progress': 1, stopped: 2 } as const
/** The answer to Shutdown is on its way by then. */
const BEFORE_SHUTDOWN_MS = 50

export interface OperationsDeps {
  policy: Policy
  scavenges: ScavengeRuns
  restartPersistent: () => void
  setPriority: (priority: number) => void
  /** Stops the node. */
  shutdown: () => void
}

const answer = (id: string, result: keyof typeof RESULTS): Buffer => {
  const response = new ProtoWriter().string(1, id)
  return result === 'started' ? response.finish() : response.uint64(2, RESULTS[result]).finish()
}

const notFound = (running: string | undefined): GrpcError =>
  new GrpcError(Status.NOT_FOUND, 'Scavenge id was invalid.', {
    exception: 'scavenge-not-found',
    'scavenge-id': running ?? '',
  })

function readOptions(message: Buffer): ProtoReader {
  const outer = new ProtoReader(message)
  if (outer.next() !== 1) throw new MalformedRequestError('no options')
  return outer.message()
}

function readScavengeId(message: Buffer): string {
  const reader = readOptions(message)
  return reader.next() === 1 ? reader.string() : ''
}

/** A 32-bit integer in field 1; 0 without. */
function readFirst(reader: ProtoReader): number {
  let value = 0
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) value = reader.int32()
    else reader.skipField()
  }
  return value
}

/** The service event_store.client.operations.Operations. */
export function operationsService(deps: OperationsDeps): [path: string, handler: Handler][] {
  const { policy, scavenges, restartPersistent, setPriority, shutdown } = deps
  const unary = (run: (request: Buffer) => Buffer | Promise<Buffer> | void) => async (call: ServerCall) => {
    const request = await call.single()
    policy.operate(call)
    call.end((await run(request)) ?? NOTHING)
  }
  const methods: Record<string, Handler> = {
    StartScavenge: unary((request) => {
      const threads = readFirst(readOptions(request))
      const { running } = scavenges
      return running ? answer(running, 'in-progress') : answer(scavenges.start(threads), 'started')
    }),
    // Answered when it has ended. `current` stands for whichever is running.
    StopScavenge: unary(async (request) => {
      const id = readScavengeId(request)
      const { running } = scavenges
      if (!running || (id !== running && id !== 'current')) throw notFound(running)
      await scavenges.stop()
      return answer(running, 'stopped')
    }),
    // One index, no others to merge; one node, no other to resign to.
    MergeIndexes: unary(() => {}),
    ResignNode: unary(() => {}),
    SetNodePriority: unary((request) => setPriority(readFirst(new ProtoReader(request)))),
    RestartPersistentSubscriptions: unary(() => restartPersistent()),
    Shutdown: unary(() => {
      setTimeout(shutdown, BEFORE_SHUTDOWN_MS)
    }),
  }
  return Object.entries(methods).map(([method, handler]) => [`${SERVICE}/${method}`, handler])
}
