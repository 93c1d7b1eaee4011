import { EventStoreDBClient } from '@eventstore/db-client'
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import {
  type CallOptions,
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type Metadata,
} from '@grpc/grpc-js'

/** What the library waits for the answer of a ping, unless the connection string says otherwise. */
const keepAliveMs = 10_000

const asItIs = (bytes: Buffer): Buffer => bytes

/** The service `Streams` with bytes for messages. */
class RawStreams extends Client {
  read(request: Buffer, metadata: Metadata, options: CallOptions): ClientReadableStream<Buffer> {
    return this.makeServerStreamRequest(StreamsService.read.path, asItIs, asItIs, request, metadata, options)
  }
  batchAppend(metadata: Metadata, options: CallOptions): ClientDuplexStream<Buffer, Buffer> {
    return this.makeBidiStreamRequest(StreamsService.batchAppend.path, asItIs, asItIs, metadata, options)
  }
}

/**
 * Calls of our own over the library's connection: it reads the connection string, discovers the cluster, brings TLS and
 * credentials, and connects anew (to the leader, when that is what the server asks for) once a call has failed for want
 * of a connection. What it needs for that is `protected`: it is meant for the library's own commands, which these are
 * beside, hence the bracket notation.
 */
export class Connection {
  readonly #connectionString: string
  #client: EventStoreDBClient
  #left = 0

  constructor(connectionString: string) {
    this.#connectionString = connectionString
    this.#client = EventStoreDBClient.connectionString(connectionString)
  }

  /**
   * What is called from now on goes over a new connection: for one that is silent, which the library's keepalive would
   * find out after 20 seconds. Calls that are under way stay where they are. gRPC gives channels that are set up alike the
   * same connection, hence the millisecond of difference.
   */
  leave(): void {
    const separator = this.#connectionString.includes('?') ? '&' : '?'
    const different = `${this.#connectionString}${separator}keepAliveTimeout=${keepAliveMs + ++this.#left}`
    this.#client = EventStoreDBClient.connectionString(different)
  }

  /** A call of `Read`. `listen` hears of the call before anything can come from it. */
  read(request: Buffer, listen: (call: ClientReadableStream<Buffer>) => void): Promise<ClientReadableStream<Buffer>> {
    return this.#client['GRPCStreamCreator'](RawStreams, 'read', (streams) => {
      const call = streams.read(request, ...this.#unlimited(false))
      listen(call)
      return call
    })()
  }

  /** A call of `BatchAppend`, which only a leader takes. */
  batchAppend(listen: (call: ClientDuplexStream<Buffer, Buffer>) => void): Promise<ClientDuplexStream<Buffer, Buffer>> {
    return this.#client['GRPCStreamCreator'](RawStreams, 'batchAppend', (streams) => {
      const call = streams.batchAppend(...this.#unlimited(true))
      listen(call)
      return call
    })()
  }

  async close(): Promise<void> {
    await Promise.race([this.#client.dispose(), new Promise((resolve) => setTimeout(resolve, 1000))])
  }

  /** Such a call lives as long as it is wanted; who waits for an answer has a deadline of its own. */
  #unlimited(requiresLeader: boolean): [Metadata, CallOptions] {
    return this.#client['callArguments']({ requiresLeader }, { deadline: Number.POSITIVE_INFINITY })
  }
}
