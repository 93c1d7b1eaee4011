import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { Metadata, Server, ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js'

/** A node of a cluster that takes no appends and names the leader, in the words of EventStoreDB. */
export async function startFollower(leaderUrl: string) {
  const leader = new URL(leaderUrl.replace('esdb', 'http'))
  const server = new Server()
  let asked = 0
  const batchAppend = (call: ServerDuplexStream<unknown, unknown>) => {
    asked++
    const metadata = new Metadata()
    metadata.set('exception', 'not-leader')
    metadata.set('leader-endpoint-host', leader.hostname)
    metadata.set('leader-endpoint-port', leader.port)
    call.emit('error', { code: status.NOT_FOUND, details: 'Leader info available', metadata })
  }
  server.addService({ batchAppend: StreamsService.batchAppend }, { batchAppend })
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (fault, bound) =>
      fault ? reject(fault) : resolve(bound),
    ),
  )
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    asked: () => asked,
    close: () => server.forceShutdown(),
  }
}
