import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, eventually, startMessaging } from '@mosaic/kit'
import { connectMessaging, type KeyValue, type Messaging } from '@mosaic/messaging'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AgentWorktrees } from '../../test/agent-worktrees.ts'
import { valueOf } from '../../test/git-result.ts'
import { createGitWorkspace } from '../git/index.ts'
import { Parcels } from './parcels.ts'

const megabyte = 1024 ** 2
const folder = mkdtempSync(join(tmpdir(), 'mosaic-parcels-'))
const fileOf = (name: string, bytes: Buffer) => {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

let nats: Engine
let messaging: Messaging
/** Keys that were put, in their order. */
const put: string[] = []
/** After so many more puts the server is away. */
let putsLeft = Infinity

/** The same buckets, of which it is known what goes in. */
const watched: Pick<Messaging, 'keyValue'> = {
  keyValue(name, options): KeyValue {
    const bucket = messaging.keyValue(name, options)
    return {
      ...bucket,
      async put(key, value, revision) {
        if (putsLeft-- <= 0) throw new Error('cut off')
        put.push(key)
        return bucket.put(key, value, revision)
      },
    }
  },
}

beforeAll(async () => {
  nats = await startMessaging()
  messaging = connectMessaging({ url: nats.url, name: 'parcels' })
  await eventually('a connection', () => messaging.connected())
})
afterAll(async () => {
  await messaging?.close()
  await nats?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a worktree of 60 MB goes to another machine, in parts', async () => {
  using agents = new AgentWorktrees()
  const work = await agents.worktree()
  const files = ['one', 'two', 'three'].map((name) => [join(work.path, name), randomBytes(20 * megabyte)] as const)
  for (const [path, bytes] of files) writeFileSync(path, bytes)
  const agent = { kind: 'bubblewrap', whileStill: <T>(step: () => T) => step() } as const
  const made = valueOf(await agents.git.checkpoint(work, { sessionId: 's', revision: 7, last: null }, agent))!
  const parcels = new Parcels(messaging)
  await agents.git.packUp(work, made, (file) => parcels.send('s', file))
  rmSync(agents.root, { recursive: true })

  const other = createGitWorkspace({ root: join(agents.origin.folder, 'other') })
  const fetch = (file: string) => parcels.fetch('s', file)
  valueOf(await other.unpack({ ...agents.request(), fetch }))
  const resumes = { baseCommit: work.baseCommit }
  const anew = valueOf(await other.createWorktree({ ...agents.request(), resumes, uncommitted: made }))
  expect(anew.restored).toEqual({ state: 'restored' })
  for (const [path, bytes] of files) {
    expect(hashOf(readFileSync(path.replace(work.path, anew.path)))).toBe(hashOf(bytes))
  }
}, 300_000)

test('what was cut off goes on where it was, and a newer parcel takes the place of the one before', async () => {
  const parcels = new Parcels(watched as Messaging)
  const [first, second] = [randomBytes(5 * megabyte), randomBytes(megabyte)]
  putsLeft = 4
  await expect(parcels.send('t', fileOf('first', first))).rejects.toThrow('cut off')
  const into = join(folder, 'into')
  expect(await parcels.fetch('t', into)).toBe(false)
  putsLeft = Infinity
  await parcels.send('t', fileOf('first', first))
  expect(new Set(put).size).toBe(put.length)
  expect(await parcels.fetch('t', into)).toBe(true)
  expect(hashOf(readFileSync(into))).toBe(hashOf(first))

  await parcels.send('t', fileOf('second', second))
  expect(await parcels.fetch('t', into)).toBe(true)
  expect(hashOf(readFileSync(into))).toBe(hashOf(second))
  // Nothing of the first is kept.
  expect(await messaging.keyValue('parcels').get(put[0]!)).toBeNull()
})

test('a parcel of which a part is another than it was is not taken', async () => {
  const parcels = new Parcels(messaging)
  await parcels.send('u', fileOf('whole', randomBytes(megabyte)))
  const bucket = messaging.keyValue('parcels')
  const { sha256 } = JSON.parse((await bucket.get('u'))!.value) as { sha256: string }
  await bucket.put(`u.${sha256}.1`, randomBytes(512 * 1024).toString('base64'))
  expect(await parcels.fetch('u', join(folder, 'into'))).toBe(false)
})
