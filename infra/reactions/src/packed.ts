import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'

const states = z.record(z.string(), z.unknown())

/**
 * States as a text an eighth as long: of ten thousand tasks in a queue they are longer than what NATS takes as one
 * message. Packed beside the event loop.
 */
export async function packed(value: Readonly<Record<string, unknown>>): Promise<string> {
  return (await promisify(gzip)(JSON.stringify(value))).toString('base64')
}

/** `null`: it is nothing that was packed here. */
export async function unpacked(text: string): Promise<Record<string, unknown> | null> {
  try {
    const json = await promisify(gunzip)(Buffer.from(text, 'base64'))
    return states.parse(JSON.parse(json.toString('utf8')))
  } catch {
    return null
  }
}
