import { StreamsClient, StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import {
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js'
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'

/** A node of a cluster that is read from, takes no appends and names the leader, in the words of EventStoreDB. */
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
  const streams = new StreamsClient(leader.host, credentials.createInsecure())
  const read = (call: ServerWritableStream<ReadReq, ReadResp>) => {
    const answers = streams.read(call.request)
    answers.on('data', (answer: ReadResp) => call.write(answer))
    answers.on('end', () => call.end())
    answers.on('error', () => call.end())
    call.on('cancelled', () => answers.cancel())
  }
  const { batchAppend: appends, read: reads } = StreamsService
  server.addService({ batchAppend: appends, read: reads }, { batchAppend, read })
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (fault, bound) =>
      fault ? reject(fault) : resolve(bound),
    ),
  )
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    asked: () => asked,
    close: () => {
      server.forceShutdown()
      streams.close()
    },
  }
}
