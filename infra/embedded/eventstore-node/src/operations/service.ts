import type { Policy } from '../access/policy.ts'
import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import { ProtoReader, ProtoWriter } from '../wire/protobuf.ts'
import type { ScavengeRuns } from './scavenge-runs.ts'

const SERVICE = '/event_store.client.operations.Operations'
const NOTHING = Buffer.alloc(0)
/** ScavengeResp.ScavengeResult */
const RESULTS = { started: 0, 'in-progress': 1, stopped: 2 } as const

export interface OperationsDeps {
  policy: Policy
  scavenges: ScavengeRuns
  restartPersistent: () => void
  /** Stops the node; the answer goes out first. */
  shutdown: () => void
}

const answer = (id: string, result: keyof typeof RESULTS): Buffer => {
  const response = new ProtoWriter().string(1, id)
  return result === 'started' ? response.finish() : response.uint64(2, RESULTS[result]).finish()
}

function readScavengeId(message: Buffer): string {
  const outer = new ProtoReader(message)
  if (outer.next() !== 1) return ''
  const reader = outer.message()
  return reader.next() === 1 ? reader.string() : ''
}

/** The thread count and first chunk of a scavenge mean nothing here, but a wrong one is refused all the same. */
function checkScavenge(message: Buffer): void {
  const outer = new ProtoReader(message)
  if (outer.next() !== 1) return
  const reader = outer.message()
  let threads = 1
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    const value = reader.int32()
    if (field === 1) threads = value
    if (value < 0) throw new GrpcError(Status.INVALID_ARGUMENT, 'A scavenge takes no negative numbers.')
  }
  if (threads < 1) throw new GrpcError(Status.INVALID_ARGUMENT, 'A scavenge takes at least one thread.')
}

/** The service event_store.client.operations.Operations. */
export function operationsService(deps: OperationsDeps): [path: string, handler: Handler][] {
  const { policy, scavenges, restartPersistent, shutdown } = deps
  const unary = (run: (request: Buffer) => Buffer) => async (call: ServerCall) => {
    const request = await call.single()
    policy.operate(call)
    call.end(run(request))
  }
  const methods: Record<string, Handler> = {
    StartScavenge: unary((request) => {
      checkScavenge(request)
      const { id, fresh } = scavenges.start()
      return answer(id, fresh ? 'started' : 'in-progress')
    }),
    StopScavenge: unary((request) => {
      const id = readScavengeId(request)
      if (!scavenges.stop(id)) {
        throw new GrpcError(Status.NOT_FOUND, `Scavenge ${id} is not running.`, {
          exception: 'scavenge-not-found',
          'scavenge-id': id,
        })
      }
      return answer(id, 'stopped')
    }),
    // One index, no others to merge; one node, no other to resign to; its priority decides nothing.
    MergeIndexes: unary(() => NOTHING),
    ResignNode: unary(() => NOTHING),
    SetNodePriority: unary(() => NOTHING),
    RestartPersistentSubscriptions: unary(() => {
      restartPersistent()
      return NOTHING
    }),
    Shutdown: unary(() => {
      setTimeout(shutdown, 50)
      return NOTHING
    }),
  }
  return Object.entries(methods).map(([method, handler]) => [`${SERVICE}/${method}`, handler])
}
