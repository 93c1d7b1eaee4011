import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CorruptStoreError, NodeStartError, backupStore, startEventStoreNode, verifyStore } from './index.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'eventstore-opening-'))
const at = (...path: string[]) => join(folder, ...path)

beforeAll(() => {
  for (const name of ['one', 'two']) {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)]
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', ...files]
    execFileSync('openssl', made, { stdio: 'ignore' })
  }
  writeFileSync(at('file'), 'hello')
  mkdirSync(at('text'))
  writeFileSync(at('text', 'events.db'), 'hello')
  mkdirSync(at('foreign'))
  const db = new DatabaseSync(at('foreign', 'events.db'))
  db.exec('CREATE TABLE other (value)')
  db.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Ended {
  code: number
  stderr: string
}
/** Runs the command line; a node that starts after all is stopped, and its end is code 0. */
const run = (args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (fault, _stdout, stderr) => {
      resolve({ code: typeof fault?.code === 'number' ? fault.code : 0, stderr })
    })
    child.stdout?.once('data', (text: string) => /ready/.test(text) && child.kill())
  })

async function refusal(args: string[]): Promise<[code: number, line: string]> {
  const { code, stderr } = await run(args)
  expect(stderr).toMatch(/^[^\n]+\n$/)
  return [code, stderr]
}

describe('the command line', () => {
  test.each([
    [['--nope'], "Unknown option '--nope'"],
    [[], 'either --data DIR or --mem'],
    [['--mem', '--data', 'x'], 'either --data DIR or --mem'],
    [['--mem', '--port', '70000'], '--port: a number from 0 to 65535'],
    [['--mem', '--port', 'abc'], '--port: a number from 0 to 65535'],
    [['--mem', '--projections', 'some'], '--projections: on-demand, all or none'],
    [['--mem', '--tls-cert', 'x'], '--tls-cert and --tls-key go together'],
    [['--mem', '--host', '0.0.0.0'], '--insecure-on-any-address'],
    [['start'], "Unexpected argument 'start'"],
    [['verify'], 'Expected: verify DIR'],
    [['verify', '--fast'], "Unknown option '--fast'"],
    [['backup', 'one'], 'Expected: backup DIR TARGET'],
  ])('%j is answered with what is wrong, and 2', async (args, words) => {
    expect(await refusal(args)).toEqual([2, expect.stringContaining(words)])
  })

  test('tells what there is', async () => {
    expect(await run(['--help'])).toEqual({ code: 0, stderr: '' })
  })
})

test('passwords that are made up are printed at the first start, those that were given are not', async () => {
  const args = ['--mem', '--port', '0', '--tls-cert', at('one.pem'), '--tls-key', at('one.key')]
  const env = { ...process.env, MOSAIC_EVENTSTORE_ADMIN_PASSWORD: 'known-already' }
  const { promise: printed, resolve } = Promise.withResolvers<string>()
  const child = execFile(process.execPath, [MAIN, ...args], { env }, (_fault, stdout) => resolve(stdout))
  child.stdout?.on('data', (text: string) => /ops's password/.test(text) && child.kill())
  expect(await printed).toMatch(/ready: .*\nFirst start: ops's password is [\w-]{24}\n$/)
})

test('the log of a supervised node held the password that was made up', async () => {
  const env = { ...process.env, MOSAIC_SUPERVISED: '1', MOSAIC_EVENTSTORE_ADMIN_PASSWORD: 'known-already' }
  const args = ['--mem', '--port', '0', '--tls-cert', at('one.pem'), '--tls-key', at('one.key')]
  const { promise: printed, resolve } = Promise.withResolvers<string>()
  const child = execFile(process.execPath, [MAIN, ...args], { env }, (_fault, stdout) => resolve(stdout))
  child.stdout?.on('data', (text: string) => /ready/.test(text) && child.stdin?.end())
  expect(await printed).toMatch(/^EventStoreDB node ready: [^\n]*\n$/)
})

describe('a node that cannot start says why in one line, ends with 1, and leaves no folder', () => {
  const tls = (cert: string, key: string) => ['--data', at('new'), '--tls-cert', at(cert), '--tls-key', at(key)]

  test.each([
    ['a missing certificate', tls('none', 'one.key'), /--tls-cert: .*none cannot be read \(ENOENT\)/],
    ['a missing key', tls('one.pem', 'none'), /--tls-key: .*none cannot be read/],
    ['a certificate that is none', tls('file', 'one.key'), /Certificate and key cannot be used/],
    ['a key of another certificate', tls('one.pem', 'two.key'), /cannot be used: .*mismatch/],
    [
      'an address of another machine',
      ['--data', at('new'), '--host', '192.0.2.1', '--insecure-on-any-address'],
      /no such address/,
    ],
    ['a file for a folder', ['--data', at('file')], /is a file/],
    ['a folder in a file', ['--data', at('file', 'x')], /is a file, or lies in one/],
  ])('%s', async (_what, args, words) => {
    expect(await refusal([...args, '--port', '0'])).toEqual([1, expect.stringMatching(words)])
    expect(existsSync(at('new'))).toBe(false)
  })

  test('a port that is in use', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const [code, line] = await refusal(['--data', at('new'), '--port', String(port)])
    expect([code, line]).toEqual([1, expect.stringContaining(`port ${port}: it is in use`)])
    expect(existsSync(at('new'))).toBe(false)
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('what is no store', () => {
  test.each([
    ['text', /damaged: file is not a database/],
    ['foreign', /the database of another program/],
  ])('is refused and left alone: %s', async (name, words) => {
    const before = readFileSync(at(name, 'events.db'))
    expect(await refusal(['--data', at(name), '--port', '0'])).toEqual([1, expect.stringMatching(words)])
    expect(readFileSync(at(name, 'events.db'))).toEqual(before)
    expect(readdirSync(at(name)).toSorted()).toEqual(['events.db', 'lock'])
  })

  test('is nothing to verify or to back up', async () => {
    expect(() => verifyStore(at('nowhere'))).toThrow(CorruptStoreError)
    expect(() => verifyStore(at('text'))).toThrow(/not a database/)
    expect(() => verifyStore(at('foreign'))).toThrow(/no event store/)
    for (const name of ['nowhere', 'text', 'foreign']) {
      await expect(backupStore(at(name), at('copy'))).rejects.toThrow()
      expect(existsSync(at('copy'))).toBe(false)
    }
  })
})

/** Mounting is for root, and not in every container. */
const mountable = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder]).status === 0
if (mountable) execFileSync('umount', [folder])

describe.runIf(mountable)('on a disk of its own', () => {
  const disk = at('disk')
  const remount = (how: string) => execFileSync('mount', ['-o', `remount,${how}`, disk])
  const fill = () => spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'fill')}`, 'bs=1k'])
  beforeAll(() => {
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk])
  })
  afterAll(() => execFileSync('umount', ['--lazy', disk]))

  test('that is full, a store is not made, nor opened; with room again it is', async () => {
    const store = join(disk, 'store')
    fill()
    await expect(startEventStoreNode({ data: store })).rejects.toThrow(/no room left/)
    rmSync(join(disk, 'fill'))
    await (await startEventStoreNode({ data: store })).close()
    fill()
    await expect(startEventStoreNode({ data: store })).rejects.toThrow(NodeStartError)
    await expect(backupStore(store, join(disk, 'copy'))).rejects.toThrow(/no room left/)
    rmSync(join(disk, 'fill'))
    expect(existsSync(join(disk, 'copy', 'events.db'))).toBe(false)
    expect(verifyStore(store).events).toBe(0)
  })

  test('that is read-only, a store can be verified and copied away, but neither made nor opened', async () => {
    // With the files of a log at hand SQLite itself would open it.
    for (const suffix of ['-wal', '-shm']) writeFileSync(join(disk, 'store', `events.db${suffix}`), '')
    remount('ro')
    for (const name of ['store', 'other']) {
      await expect(startEventStoreNode({ data: join(disk, name) })).rejects.toThrow(/no permission to write/)
    }
    expect(verifyStore(join(disk, 'store')).events).toBe(0)
    expect((await backupStore(join(disk, 'store'), at('rescued'))).events).toBe(0)
    await expect(backupStore(at('rescued'), join(disk, 'new'))).rejects.toThrow(/no permission to write/)
    remount('rw')
  })

  test('where one file may not be written, the store is refused', async () => {
    execFileSync('mount', ['--bind', '-o', 'ro', join(disk, 'store', 'events.db'), join(disk, 'store', 'events.db')])
    await expect(startEventStoreNode({ data: join(disk, 'store') })).rejects.toThrow(/no permission to write/)
    execFileSync('umount', [join(disk, 'store', 'events.db')])
  })
})
