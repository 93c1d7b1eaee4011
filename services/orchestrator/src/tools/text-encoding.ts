import { ToolRefusal } from './refusal.ts'

/** How the bytes of a text file are to be read. Each gives back exactly the bytes that it was decoded from. */
export type TextEncoding = 'UTF-8' | 'UTF-8 with BOM' | 'UTF-16LE with BOM' | 'UTF-16BE with BOM' | 'ISO-8859-1'

export type DecodedText = { readonly text: string; readonly encoding: TextEncoding }

const byteOrderMark = '\uFEFF'
const sniffedBytes = 8_000

/**
 * The text of a file without its byte order mark. Bytes are never replaced: what is not UTF-8 and not UTF-16 by its
 * mark is taken byte by byte (ISO-8859-1), which may look odd and loses nothing.
 * @throws ToolRefusal for what is no text
 */
export function decodeText(bytes: Buffer): DecodedText {
  if (startsWith(bytes, [0xff, 0xfe, 0, 0])) throw undecodable('UTF-32')
  if (startsWith(bytes, [0xff, 0xfe])) return marked(bytes, 'utf-16le', 'UTF-16LE with BOM')
  if (startsWith(bytes, [0xfe, 0xff])) return marked(bytes, 'utf-16be', 'UTF-16BE with BOM')
  if (bytes.subarray(0, sniffedBytes).includes(0)) {
    throw new ToolRefusal('FILE_IS_BINARY', 'The file is not text: it holds NUL bytes.')
  }
  const text = strictly(bytes, 'utf-8')
  if (text === undefined) return { text: bytes.toString('latin1'), encoding: 'ISO-8859-1' }
  return text.startsWith(byteOrderMark)
    ? { text: text.slice(1), encoding: 'UTF-8 with BOM' }
    : { text, encoding: 'UTF-8' }
}

/** @throws ToolRefusal when the encoding has no place for a character */
export function encodeText(text: string, encoding: TextEncoding): Buffer {
  if (!text.isWellFormed()) throw unfit('half of a surrogate pair', 'any encoding')
  switch (encoding) {
    case 'UTF-8':
      return Buffer.from(text, 'utf8')
    case 'UTF-8 with BOM':
      return Buffer.from(byteOrderMark + text, 'utf8')
    case 'UTF-16LE with BOM':
      return Buffer.from(byteOrderMark + text, 'utf16le')
    case 'UTF-16BE with BOM':
      return Buffer.from(byteOrderMark + text, 'utf16le').swap16()
    case 'ISO-8859-1': {
      const [stranger] = /[\u0100-\u{10FFFF}]/u.exec(text) ?? []
      if (stranger !== undefined)
        throw unfit(stranger, `${encoding}, as which the file is read; convert it in the shell first`)
      return Buffer.from(text, 'latin1')
    }
  }
}

function marked(bytes: Buffer, label: string, encoding: TextEncoding): DecodedText {
  const text = strictly(bytes, label)
  if (text === undefined) throw undecodable(encoding)
  return { text: text.slice(1), encoding }
}

function strictly(bytes: Buffer, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const startsWith = (bytes: Buffer, head: readonly number[]) => head.every((byte, at) => bytes[at] === byte)

const undecodable = (encoding: string) =>
  new ToolRefusal('FILE_NOT_DECODABLE', `The file begins like ${encoding}, and is not readable as that.`)

const unfit = (what: string, where: string) =>
  new ToolRefusal('TEXT_NOT_ENCODABLE', `${JSON.stringify(what)} cannot be written in ${where}.`)
