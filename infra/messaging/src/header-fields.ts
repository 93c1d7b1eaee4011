import type { JsMsg } from '@nats-io/jetstream'
import type { Msg, MsgHdrs } from '@nats-io/nats-core'
import { MsgImpl } from '@nats-io/nats-core/internal'

export type HeaderFields = ReadonlyMap<string, string>

const utf8 = new TextDecoder()

/** Headers as the client has them. It looks through all of them for each that it reads or finds. */
export const fieldsOf = (headers: MsgHdrs): HeaderFields =>
  new Map(Array.from(headers, ([name, [value = '']]) => [name, value]))

/** The headers of a message, read from its bytes: the client's own reading costs as much as all the rest of it. */
export function messageFields(message: Msg | JsMsg): HeaderFields | undefined {
  const inner = 'msg' in message ? message.msg : message
  if (!(inner instanceof MsgImpl)) return message.headers && fieldsOf(message.headers)
  const { hdr } = inner._msg
  return hdr > 0 ? readFields(utf8.decode(inner._rdata.subarray(0, hdr))) : undefined
}

/** `NATS/1.0`, then a line per header; the first of a name counts. */
function readFields(text: string): HeaderFields {
  const fields = new Map<string, string>()
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim())
  }
  return fields
}
