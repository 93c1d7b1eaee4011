import { hash } from 'node:crypto'

/** Namespace of the event ids, a UUID of Mosaic's own. */
const namespace = Buffer.from('6f1dc8f1a5c84c5c9b3f0c1de7a0b8d2', 'hex')

/** A UUIDv5 (RFC 9562 §5.5) in Mosaic's namespace: the same name always gives the same id. */
export const uuidv5 = (name: string): string => uuidOf(Buffer.concat([namespace, Buffer.from(name)]))

const form = 'xxxxxxxx-xxxx-5xxx-vxxx-xxxxxxxxxxxx'
const digits = [...form].flatMap((character, at) => (character === '-' ? [] : [at]))
const [versionAt, variantAt] = [form.indexOf('5'), form.indexOf('v')]
/** Every event has an id: it is put together where it costs no pieces of text. */
const text = Buffer.from(form)

function uuidOf(input: Buffer): string {
  const digest = hash('sha1', input, 'hex')
  for (let index = 0; index < digits.length; index++) text[digits[index]!] = digest.charCodeAt(index)
  text[versionAt] = form.charCodeAt(versionAt)
  text[variantAt] = '89ab'.charCodeAt(Number.parseInt(digest[16]!, 16) & 0x3)
  return text.toString('latin1')
}

/** Digits of the largest index. */
const indexSize = 16

/**
 * The ids of a command's events in a stream, by index. The same command sent twice writes the same ids, so it appends
 * once. What the names have in common is laid out once.
 * @param writer where only the same one repeats it.
 */
export function eventIdsOf(commandId: string, streamId: string, writer?: string): (index: number) => string {
  const common = Buffer.from(`${commandId}/${streamId}/${writer === undefined ? '' : `${writer}/`}`)
  const input = Buffer.concat([namespace, common, Buffer.alloc(indexSize)])
  const start = namespace.length + common.length
  return (index) => uuidOf(input.subarray(0, start + input.write(String(index), start, 'latin1')))
}

/**
 * The id of a command that somebody asked for under a key of their own (an `Idempotency-Key`). It is named after who
 * asked, so that nobody can take an id that another's request or the system itself will have.
 */
export const commandIdOf = (asked: { workspaceId: string; operatorId: string; key: string }): string =>
  uuidv5(`asked/${asked.workspaceId}/${asked.operatorId}/${asked.key}`)
