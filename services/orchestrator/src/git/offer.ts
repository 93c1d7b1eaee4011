import { Readable } from 'node:stream'

/** What a git sandbox offers: a line `tree <id>`, and after it a pack, unless the mirror lacks nothing. */
export type Offer = { readonly tree: string; readonly pack?: Pack }
export type Pack = { readonly objects: number; readonly bytes: Readable }

/** An id has 40 digits, in a repository of SHA-256 64. */
const maxLineBytes = 80
const packHeaderBytes = 12

/** undefined: it does not begin like an offer. */
export async function readOffer(stdout: Readable): Promise<Offer | undefined> {
  const chunks: AsyncIterator<Buffer> = stdout[Symbol.asyncIterator]()
  let start = Buffer.alloc(0)
  const readOn = async () => {
    const { value, done } = await chunks.next()
    if (!done) start = Buffer.concat([start, value])
    return !done
  }
  while (!start.includes('\n') && start.length < maxLineBytes) if (!(await readOn())) break
  const end = start.indexOf('\n')
  const tree = /^tree ([0-9a-f]{40}|[0-9a-f]{64})$/.exec(start.subarray(0, Math.max(0, end)).toString('latin1'))?.[1]
  if (!tree) return undefined
  start = start.subarray(end + 1)
  while (start.length < packHeaderBytes) if (!(await readOn())) break
  if (start.length < packHeaderBytes) return start.length === 0 ? { tree } : undefined
  // `PACK`, version, number of objects: gitformat-pack(5)
  return { tree, pack: { objects: start.readUInt32BE(8), bytes: Readable.from(rest(start, chunks)) } }
}

async function* rest(start: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield start
  for (;;) {
    const { value, done } = await chunks.next()
    if (done) return
    yield value
  }
}
