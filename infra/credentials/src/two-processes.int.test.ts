import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { takeLock } from '@mosaic/runtime'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Envelope } from './envelope.ts'
import { masterKeys } from './master-keys.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mosaic-credentials-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const each = 12
const path = () => join(folder, 'credentials.json')
const keyFile = () => join(folder, 'master-key')
const module = JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))
/** Waits between draft and commit, as for the log. */
const program = (name: string) => `
  import { Envelope, masterKeys } from ${module}
  const keys = masterKeys({ file: ${JSON.stringify(keyFile())} })
  const envelope = new Envelope({ path: ${JSON.stringify(path())}, instance: 'here', keys })
  await new Promise((resolve) => process.stdin.once('data', resolve))
  for (let n = 0; n < ${each}; n++) {
    await envelope.inTurn(async () => {
      const draft = envelope.put({ kind: 'model', name: '${name}' + n }, { apiKey: '${name}' + n })
      await new Promise((resolve) => setImmediate(resolve))
      draft.commit()
    })
  }
  process.exit()`

function start(name: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(name)], {
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  return { go: () => child.stdin.end('go'), exited }
}

test('of what two processes stored at the same moment, one lost what the other had written', async () => {
  const processes = [start('a'), start('b')]
  for (const { go } of processes) go()
  expect(await Promise.all(processes.map(({ exited }) => exited))).toEqual([0, 0])
  const envelope = new Envelope({ path: path(), instance: 'here', keys: masterKeys({ file: keyFile() }) })
  const names = ['a', 'b'].flatMap((name) => Array.from({ length: each }, (_, n) => `${name}${n}`))
  expect(envelope.names('model').toSorted()).toEqual(names.toSorted())
  for (const name of names) expect(envelope.open({ kind: 'model', name })).toEqual({ apiKey: name })
})

test('who waits too long for another process is told so, and that one loses nothing', async () => {
  const other = takeLock(`${path()}.lock`)
  const envelope = new Envelope({ path: path(), instance: 'here', keys: masterKeys({ file: keyFile() }) })
  const store = () =>
    envelope.inTurn(async () => envelope.put({ kind: 'model', name: 'mine' }, { apiKey: 'a' }).commit())
  await expect(store()).rejects.toMatchObject({ name: 'CredentialFault', code: 'IN_USE' })
  expect(envelope.names('model')).toEqual([])
  other?.release()
  await store()
  expect(envelope.names('model')).toEqual(['mine'])
})
