import { CodeHostFault } from './contract.ts'
import { notUnderstood } from './not-understood.ts'

const mostBytes = 8 * 1024 ** 2

/** JSON of a size that can be. @throws CodeHostFault */
export async function readBody(response: Response): Promise<unknown> {
  const text = await readText(response, mostBytes)
  if (text === undefined) throw notUnderstood('an answer without an end')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw notUnderstood(/^\s*</.test(text) ? 'a web page in place of an answer' : 'no JSON', cause)
  }
}

/** `undefined` where it is longer than that. @throws CodeHostFault */
export async function readText(response: Response, most: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      if (bytes > most) return undefined
      chunks.push(chunk)
    }
  } catch (cause) {
    throw new CodeHostFault('UNAVAILABLE', 'broke its answer off', { cause })
  }
  return Buffer.concat(chunks).toString('utf8')
}
