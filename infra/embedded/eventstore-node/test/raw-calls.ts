import {
  Client,
  type ClientReadableStream,
  Metadata,
  type StatusObject,
  credentials,
  status as codes,
} from '@grpc/grpc-js'
import { type Build, encode } from './raw-requests.ts'

export interface Outcome {
  /** The name of the status, or `open` when the call was still going on at the end of the patience. */
  code: string
  trailers: Record<string, string>
}
type OnMessage = (message: Buffer) => void
export interface Answers extends Outcome {
  messages: Buffer[]
}

const SERVICE = '/event_store.client.streams.Streams/'
const TRANSPORT = new Set(['content-type', 'date', 'server', 'grpc-accept-encoding', 'grpc-encoding'])
const same = (bytes: Buffer) => bytes
const outcomeOf = ({ code, metadata }: Pick<StatusObject, 'code' | 'metadata'>): Outcome => ({
  code: codes[code] ?? String(code),
  trailers: Object.fromEntries(
    Object.entries(metadata.getMap())
      .filter(([name]) => !TRANSPORT.has(name))
      .map(([name, value]) => [name, String(value)]),
  ),
})

type Waiting = { readonly patienceMs: number; roundTrip(): Promise<void>; readonly onMessage?: OnMessage | undefined }

/**
 * All that a call delivers until its end, or until nothing came for as long as the patience lasts and the node, which may
 * have been busy, has answered something that it was asked after that.
 */
function collect(call: ClientReadableStream<Buffer>, { patienceMs, roundTrip, onMessage }: Waiting): Promise<Answers> {
  return new Promise((resolve) => {
    const messages: Buffer[] = []
    let ended = false
    const giveUp = async () => {
      const before = messages.length
      await roundTrip()
      // The end of a call that came together with that answer may be told behind it.
      await roundTrip()
      if (ended || messages.length > before) return
      call.cancel()
      resolve({ messages, code: 'open', trailers: {} })
    }
    let timer = setTimeout(giveUp, patienceMs)
    call.on('data', (message: Buffer) => {
      messages.push(message)
      clearTimeout(timer)
      timer = setTimeout(giveUp, patienceMs)
      onMessage?.(message)
    })
    call.on('error', () => {})
    call.on('status', (end: StatusObject) => {
      ended = true
      clearTimeout(timer)
      resolve({ messages, ...outcomeOf(end) })
    })
  })
}

export class RawStreams {
  readonly #client: Client

  constructor(port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  }

  close(): void {
    this.#client.close()
  }

  /** Read with these options. */
  read(
    options: Build,
    { patienceMs = 300, onMessage }: { patienceMs?: number; onMessage?: OnMessage } = {},
  ): Promise<Answers> {
    const request = encode((message) => message.bytes(1, encode(options)))
    const call = this.#client.makeServerStreamRequest(`${SERVICE}Read`, same, same, request)
    return collect(call, { patienceMs, onMessage, roundTrip: () => this.#roundTrip() })
  }

  /** Asks for what no node has: the refusal comes after what was asked before has been looked at. */
  #roundTrip(): Promise<void> {
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(`${SERVICE}Nothing`, same, same, Buffer.alloc(0), () => resolve())
    })
  }

  #answer(start: (done: (error: Outcome | undefined, value: Buffer | undefined) => void) => void): Promise<Answers> {
    return new Promise((resolve) => {
      start((error, value) => resolve({ messages: value ? [value] : [], ...(error ?? { code: 'OK', trailers: {} }) }))
    })
  }

  append(...requests: Build[]): Promise<Answers> {
    return this.#answer((done) => {
      const call = this.#client.makeClientStreamRequest(
        `${SERVICE}Append`,
        same,
        same,
        new Metadata(),
        {},
        (error, value) => done(error ? outcomeOf(error) : undefined, value),
      )
      call.on('error', () => {})
      for (const request of requests) call.write(encode(request))
      call.end()
    })
  }

  unary(method: 'Delete' | 'Tombstone', options: Build): Promise<Answers> {
    const request = encode((message) => message.bytes(1, encode(options)))
    return this.#answer((done) => {
      this.#client.makeUnaryRequest(`${SERVICE}${method}`, same, same, request, (error, value) =>
        done(error ? outcomeOf(error) : undefined, value),
      )
    })
  }

  /** BatchAppend: requests one after the other; `halfClose` at the end. */
  batches(requests: Build[], { halfClose = false, patienceMs = 400 } = {}): Promise<Answers> {
    const call = this.#client.makeBidiStreamRequest(`${SERVICE}BatchAppend`, same, same)
    const answers = collect(call, { patienceMs, roundTrip: () => this.#roundTrip() })
    for (const request of requests) call.write(encode(request))
    if (halfClose) call.end()
    return answers
  }
}
