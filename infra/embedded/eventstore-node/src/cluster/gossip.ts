import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import { ProtoWriter } from '../wire/protobuf.ts'
import { writeUuid } from '../wire/uuid.ts'
import { unixTime } from '../clock.ts'

export interface Member {
  instanceId: string
  host: string
  port: number
  /** What an operator set; it decides nothing in a cluster of one. */
  priority: number
}

/** VNodeState.Leader */
const LEADER = 8
/** Of 100 ns; counted from 1970. */
const TICKS_PER_MS = 10_000n

/** Gossip/Read: a cluster of one, which leads itself. */
export function gossip(member: () => Member): [path: string, handler: Handler][] {
  const handler = async (call: ServerCall) => {
    await call.single()
    const { instanceId, host, port } = member()
    const response = new ProtoWriter().message(1, (info) => {
      writeUuid(info, 1, instanceId, true)
      info.uint64(2, BigInt(unixTime()) * TICKS_PER_MS)
      info.uint64(3, LEADER).bool(4, true)
      info.message(5, (endPoint) => endPoint.string(1, host).uint64(2, port))
    })
    call.end(response.finish())
  }
  return [['/event_store.client.gossip.Gossip/Read', handler]]
}
