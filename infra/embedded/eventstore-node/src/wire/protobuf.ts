/** The bytes are not the message they should be. */
export class MalformedMessageError extends Error {
  override name = 'MalformedMessageError'
}

/** Walks the fields of one protobuf message without copying; slices share the memory of the request. */
export class ProtoReader {
  readonly bytes: Buffer
  readonly end: number
  position: number
  wireType = 0

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.bytes = bytes
    this.position = start
    this.end = end
  }

  /** The number of the next field, or 0 at the end. */
  next(): number {
    if (this.position >= this.end) return 0
    const tag = this.number()
    this.wireType = tag & 7
    const field = tag >>> 3
    if (field === 0) throw new MalformedMessageError('field number 0')
    return field
  }

  /** A varint as a number, exact up to 2^53. */
  number(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 10; i++) {
      if (this.position >= this.end) throw new MalformedMessageError('varint cut off')
      const byte = this.bytes[this.position++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    throw new MalformedMessageError('varint too long')
  }

  /** A varint as an unsigned 64-bit integer. */
  uint64(): bigint {
    let value = 0n
    let shift = 0n
    for (let i = 0; i < 10; i++) {
      if (this.position >= this.end) throw new MalformedMessageError('varint cut off')
      const byte = this.bytes[this.position++]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
      shift += 7n
    }
    throw new MalformedMessageError('varint too long')
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64())
  }

  uint32(): number {
    return Number(BigInt.asUintN(32, this.uint64()))
  }

  int32(): number {
    return Number(BigInt.asIntN(32, this.uint64()))
  }

  bool(): boolean {
    return this.uint64() !== 0n
  }

  /** Steps over bytes that have their length before them. Answers where they begin; they end at {@link position}. */
  #span(): number {
    if (this.wireType !== 2) throw new MalformedMessageError(`wire type ${this.wireType} where bytes belong`)
    const length = this.number()
    const start = this.position
    if (start + length > this.end) throw new MalformedMessageError('bytes cut off')
    this.position = start + length
    return start
  }

  slice(): Buffer {
    const start = this.#span()
    return this.bytes.subarray(start, this.position)
  }

  string(): string {
    const start = this.#span()
    return this.bytes.toString('utf8', start, this.position)
  }

  /** A reader over a nested message. */
  message(): ProtoReader {
    const start = this.#span()
    return new ProtoReader(this.bytes, start, this.position)
  }

  skipField(): void {
    if (this.wireType === 0) this.uint64()
    else if (this.wireType === 1) this.position += 8
    else if (this.wireType === 2) this.#span()
    else if (this.wireType === 5) this.position += 4
    else throw new MalformedMessageError(`wire type ${this.wireType}`)
    if (this.position > this.end) throw new MalformedMessageError('field cut off')
  }
}

export function varintSize(value: number): number {
  let size = 1
  while (value >= 128) {
    value = Math.floor(value / 128)
    size++
  }
  return size
}

/** Writes a non-negative safe integer; answers the offset behind it. */
export function putVarint(target: Uint8Array, offset: number, value: number): number {
  while (value >= 0x80000000) {
    target[offset++] = (value % 128) | 0x80
    value = Math.floor(value / 128)
  }
  while (value >= 0x80) {
    target[offset++] = (value & 0x7f) | 0x80
    value >>>= 7
  }
  target[offset++] = value
  return offset
}

/** Builds small messages; the hot paths lay out their bytes themselves. */
export class ProtoWriter {
  #bytes = Buffer.allocUnsafe(256)
  #length = 0

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const bigger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more))
    this.#bytes.copy(bigger, 0, 0, this.#length)
    this.#bytes = bigger
  }

  #tag(field: number, wireType: number): void {
    this.#room(16)
    this.#length = putVarint(this.#bytes, this.#length, field * 8 + wireType)
  }

  uint64(field: number, value: number | bigint): this {
    this.#tag(field, 0)
    if (typeof value === 'number' && value >= 0) {
      this.#length = putVarint(this.#bytes, this.#length, value)
      return this
    }
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest >= 128n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.#bytes[this.#length++] = Number(rest)
    return this
  }

  bool(field: number, value: boolean): this {
    return value ? this.uint64(field, 1) : this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, 2)
    this.#room(value.length + 8)
    this.#length = putVarint(this.#bytes, this.#length, value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
    return this
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'))
  }

  /** A nested message; without `build` an empty one. */
  message(field: number, build?: (nested: ProtoWriter) => void): this {
    const nested = new ProtoWriter()
    build?.(nested)
    return this.bytes(field, nested.finish())
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }
}
