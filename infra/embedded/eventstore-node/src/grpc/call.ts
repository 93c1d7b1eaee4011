import { type IncomingHttpHeaders, type ServerHttp2Stream, constants } from 'node:http2'
import { type Principal, ANONYMOUS } from '../access/principal.ts'
import { MessageSplitter, frameMessages } from './frames.ts'
import { GrpcError, type StatusCode, Status, messageSafe, toGrpcError, trailerSafe } from './status.ts'

/** As EventStoreDB: a log record is 16 MiB at most, of which 10,000 bytes are not for the message. */
const MAX_MESSAGE = 16 * 1024 * 1024 - 10_000
const UNITS: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 }
/** A request that is refused while it comes in counts as sent when it pauses so long, or anyway after the patience. */
const PAUSE_MS = 100
const PATIENCE_MS = 1000
const MAX_TIMER = 2 ** 31 - 1

const timeoutMs = (header: string | undefined): number | undefined => {
  const [, amount, unit] = /^(\d{1,8})([HMSmun])$/.exec(header ?? '') ?? []
  return amount === undefined ? undefined : Number(amount) * UNITS[unit!]!
}

/** One gRPC call on its HTTP/2 stream. Messages are bytes both ways. */
export class ServerCall {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly peer: string
  /** Who calls; known before the handler runs. */
  principal: Principal = ANONYMOUS
  readonly #stream: ServerHttp2Stream
  readonly #splitter: MessageSplitter
  #deadline: NodeJS.Timeout | undefined
  #ended = false
  #onClose: (() => void)[] = []
  #onMessage: ((message: Buffer) => void) | undefined
  #onHalfClose: (() => void) | undefined

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.#stream = stream
    this.headers = headers
    this.path = String(headers[':path'])
    const socket = stream.session?.socket
    this.peer = `${socket?.remoteAddress ?? 'unknown'}:${socket?.remotePort ?? 0}`
    this.#splitter = new MessageSplitter(MAX_MESSAGE, headers['grpc-encoding'] as string | undefined)
    stream.on('error', () => {})
    stream.on('close', () => this.#close())
    const timeout = timeoutMs(headers['grpc-timeout'] as string | undefined)
    if (timeout === undefined || timeout > MAX_TIMER) return
    this.#deadline = setTimeout(() => {
      this.fail(new GrpcError(Status.DEADLINE_EXCEEDED, 'Deadline exceeded'))
    }, timeout)
  }

  /** True once nothing more can be sent: ended here, cancelled by the client, or the connection is gone. */
  get closed(): boolean {
    return this.#ended || this.#stream.destroyed
  }

  /** Runs once, when the call is over for whatever reason. */
  onClose(listener: () => void): void {
    if (this.closed) listener()
    else this.#onClose.push(listener)
  }

  #close(): void {
    this.#ended = true
    clearTimeout(this.#deadline)
    const listeners = this.#onClose
    this.#onClose = []
    for (const listener of listeners) listener()
  }

  /** Starts reading the request. A fault of a listener ends the call with its status. */
  receive(onMessage: (message: Buffer) => void, onHalfClose: () => void = () => {}): void {
    this.#onMessage = onMessage
    this.#onHalfClose = onHalfClose
    this.#stream.on('data', (chunk: Buffer) => {
      this.#guard(() => this.#splitter.push(chunk, (message) => !this.#ended && this.#onMessage?.(message)))
    })
    this.#stream.on('end', () => {
      this.#guard(() => {
        if (this.#stream.aborted) return
        if (!this.#splitter.atBoundary) throw new GrpcError(Status.INTERNAL, 'Incomplete message.')
        this.#onHalfClose?.()
      })
    })
  }

  #guard(work: () => void): void {
    if (this.closed) return
    try {
      work()
    } catch (fault) {
      this.#refuse(fault)
    }
  }

  /** The only message of a unary request. */
  single(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      let request: Buffer | undefined
      this.receive(
        (message) => {
          request = message
        },
        () => {
          if (request) resolve(request)
          else reject(new GrpcError(Status.INTERNAL, 'Incomplete message.'))
        },
      )
    })
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  /** Sends messages in one write. False: the client is slower than we are; wait for {@link drained}. */
  write(...messages: Uint8Array[]): boolean {
    return this.writeFramed(frameMessages(messages))
  }

  /** Sends bytes that {@link frameMessages} made; many calls may share them. */
  writeFramed(frames: Buffer): boolean {
    if (this.closed) return false
    this.#respond()
    return this.#stream.write(frames)
  }

  get writable(): boolean {
    return !this.closed && !this.#stream.writableNeedDrain
  }

  /** Resolves when more may be written, or the call is over. */
  drained(): Promise<void> {
    if (this.closed || !this.#stream.writableNeedDrain) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        this.#stream.off('drain', done)
        this.#stream.off('close', done)
        resolve()
      }
      this.#stream.once('drain', done)
      this.#stream.once('close', done)
    })
  }

  #respond(): void {
    if (this.#stream.headersSent) return
    this.#stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': 'identity,gzip,deflate' },
      { waitForTrailers: true },
    )
  }

  /** Sends the last message and status OK. */
  end(message?: Uint8Array): void {
    if (this.closed) return
    if (message) this.write(message)
    this.#finish(Status.OK, '', {})
  }

  /** Ends the call with the status that the fault stands for. */
  fail(fault: unknown): void {
    if (this.closed) return
    const { code, message, trailers } = toGrpcError(fault)
    this.#finish(code, message, trailers)
  }

  /**
   * Ends a call whose client is sending right now. A .NET client that is told so in the middle of a write may wait in it
   * for ever: it is given the time to write what it has.
   */
  #refuse(fault: unknown): void {
    if (this.#stream.readableEnded) return this.fail(fault)
    this.#ended = true
    const { code, message, trailers } = toGrpcError(fault)
    const finish = () => {
      clearTimeout(pause)
      this.#stream.off('end', finish)
      this.#stream.off('close', finish)
      if (!this.#stream.destroyed) this.#finish(code, message, trailers)
    }
    const pause = setTimeout(finish, PAUSE_MS)
    const started = performance.now()
    this.#discardRequest()
    this.#stream.on('data', () => performance.now() - started < PATIENCE_MS && pause.refresh())
    this.#stream.once('end', finish)
    this.#stream.once('close', finish)
  }

  #finish(code: StatusCode, message: string, trailers: Readonly<Record<string, string>>): void {
    this.#ended = true
    const last: Record<string, string> = { 'grpc-status': String(code) }
    if (message) last['grpc-message'] = messageSafe(message)
    for (const [name, value] of Object.entries(trailers)) last[name] = trailerSafe(value)
    if (this.#stream.headersSent) {
      this.#stream.once('wantTrailers', () => {
        this.#stream.sendTrailers(last)
        this.#stopRequest()
      })
      this.#stream.end()
    } else {
      this.#stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...last }, { endStream: true })
      this.#stopRequest()
    }
    this.#discardRequest()
  }

  /** What the client still sends is of no interest. */
  #discardRequest(): void {
    clearTimeout(this.#deadline)
    this.#stream.removeAllListeners('data')
    this.#stream.resume()
  }

  /**
   * Tells a client that has not ended its request to stop, as Kestrel does (RFC 9113, 8.1). A turn later: by then the end
   * of a small request is known, and trailers have left; what comes before them takes their place.
   */
  #stopRequest(): void {
    setImmediate(() => {
      if (this.#stream.destroyed || this.#stream.readableEnded) return
      this.#stream.close(constants.NGHTTP2_NO_ERROR)
    })
  }
}
