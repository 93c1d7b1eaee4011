/** Walks the bytes of a protobuf message; nested messages are walked in place, up to the end that `enter` answers. */
export class Cursor {
  readonly bytes: Buffer
  at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** A varint; exact up to 2^53. Tags are read with it too. */
  varint(): number {
    const { bytes } = this
    let byte = bytes[this.at++]!
    let value = byte & 0x7f
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = bytes[this.at++]!
      value += (byte & 0x7f) * scale
    }
    return value
  }

  /** An unsigned 64-bit varint in decimal. */
  decimal(): string {
    const start = this.at
    const value = this.varint()
    return Number.isSafeInteger(value) ? String(value) : this.#largeDecimal(start)
  }

  #largeDecimal(start: number): string {
    let value = 0n
    for (let at = this.at - 1; at >= start; at--) value = (value << 7n) | BigInt(this.bytes[at]! & 0x7f)
    return String(BigInt.asUintN(64, value))
  }

  /** Goes into a field of variable length and answers where that ends. */
  enter(): number {
    const length = this.varint()
    return this.at + length
  }

  /** The bytes of the field, which share the message's memory. */
  slice(): Buffer {
    const end = this.enter()
    const bytes = this.bytes.subarray(this.at, end)
    this.at = end
    return bytes
  }

  text(): string {
    const end = this.enter()
    const text = this.bytes.toString('utf8', this.at, end)
    this.at = end
    return text
  }

  /** Passes over the field of this tag. */
  skip(tag: number): void {
    const wireType = tag & 7
    if (wireType === 0) this.varint()
    else if (wireType === 1) this.at += 8
    else if (wireType === 2) this.at = this.enter()
    else this.at += 4
  }
}
