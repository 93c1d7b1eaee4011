/** What the first bytes of a connection say about whom it is for; `more` where that is not known yet. */
export type Greeting =
  | { readonly kind: 'more' }
  | { readonly kind: 'other' }
  | { readonly kind: 'tls'; readonly serverName: string | null }
  | { readonly kind: 'broken' }

const more = { kind: 'more' } as const
const broken = { kind: 'broken' } as const

const handshakeRecord = 22
const clientHello = 1
const serverNameExtension = 0
const hostNameType = 0
/** RFC 8446, 5.1. */
const longestRecord = 2 ** 14 + 256

/**
 * Reads the server name out of a TLS ClientHello (RFC 8446, 4.1.2; RFC 6066, 3), which may be cut into records and
 * segments anywhere. What does not begin as a TLS handshake is `other`.
 */
export function readGreeting(bytes: Buffer): Greeting {
  if (bytes.length === 0) return more
  if (bytes[0] !== handshakeRecord) return { kind: 'other' }
  if (bytes.length >= 2 && bytes[1] !== 3) return { kind: 'other' }
  const message = unwrapped(bytes)
  if (message === undefined) return broken
  if (message.length < 4) return more
  if (message[0] !== clientHello) return broken
  const length = message.readUIntBE(1, 3)
  if (message.length < 4 + length) return more
  return helloOf(new Reader(message.subarray(4, 4 + length)))
}

/** The handshake bytes of all records that are there; `undefined` where something else comes between. */
function unwrapped(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = []
  for (let at = 0; at + 5 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 3)
    if (bytes[at] !== handshakeRecord || length === 0 || length > longestRecord) {
      // Behind the whole message anything may follow.
      return parts.length > 0 && isWhole(Buffer.concat(parts)) ? Buffer.concat(parts) : undefined
    }
    parts.push(bytes.subarray(at + 5, at + 5 + length))
    at += 5 + length
  }
  return Buffer.concat(parts)
}

const isWhole = (message: Buffer): boolean => message.length >= 4 && message.length >= 4 + message.readUIntBE(1, 3)

function helloOf(hello: Reader): Greeting {
  hello.skip(2 + 32)
  hello.skip(hello.byte())
  hello.skip(hello.short())
  hello.skip(hello.byte())
  if (hello.failed) return broken
  if (hello.isAtEnd) return { kind: 'tls', serverName: null }
  const extensions = hello.part(hello.short())
  let serverName: string | null = null
  while (!extensions.failed && !extensions.isAtEnd) {
    const type = extensions.short()
    const content = extensions.part(extensions.short())
    if (type !== serverNameExtension) continue
    // Two would be two opinions about whom it is for.
    if (serverName !== null) return broken
    serverName = nameOf(content)
    if (serverName === null) return broken
  }
  return hello.failed || extensions.failed || !hello.isAtEnd ? broken : { kind: 'tls', serverName }
}

/** A list that holds one name, as every client sends it. */
function nameOf(content: Reader): string | null {
  const list = content.part(content.short())
  const type = list.byte()
  const name = list.part(list.short())
  const isWell = !content.failed && !list.failed && content.isAtEnd && list.isAtEnd && type === hostNameType
  return isWell && name.text !== '' ? name.text.toLowerCase().replace(/\.$/, '') : null
}

/** Takes bytes off the front. Beyond the end everything is empty, and `failed` says so. */
class Reader {
  readonly #bytes: Buffer
  #at = 0
  failed = false

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  get text(): string {
    return this.#bytes.toString('latin1')
  }

  skip(length: number): void {
    this.part(length)
  }

  byte(): number {
    return this.#number(1)
  }

  short(): number {
    return this.#number(2)
  }

  part(length: number): Reader {
    const end = this.#at + length
    if (end > this.#bytes.length) this.failed = true
    const part = new Reader(this.#bytes.subarray(this.#at, end))
    part.failed = this.failed
    this.#at = Math.min(end, this.#bytes.length)
    return part
  }

  #number(length: 1 | 2): number {
    const part = this.#bytes.subarray(this.#at, this.#at + length)
    this.skip(length)
    return this.failed ? 0 : part.readUIntBE(0, length)
  }
}
