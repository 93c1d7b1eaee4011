import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../index.ts'

const folder = mkdtempSync(join(tmpdir(), 'eventstore-tls-'))
const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
let node: EventStoreNode
const clients: EventStoreDBClient[] = []

const connect = (credentials: string): EventStoreDBClient => {
  const url = `esdb://${credentials}localhost:${node.port}?tls=true&tlsCAFile=${certFile}`
  const client = EventStoreDBClient.connectionString(url)
  clients.push(client)
  return client
}
const read = async (client: EventStoreDBClient, stream: string) => {
  const types: string[] = []
  for await (const { event } of client.readStream(stream)) types.push(event!.type)
  return types
}

beforeAll(async () => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const files = ['-keyout', keyFile, '-out', certFile]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], {
    stdio: 'ignore',
  })
  const tls = { cert: readFileSync(certFile), key: readFileSync(keyFile) }
  node = await startEventStoreNode({ memory: true, tls, passwords: { admin: 'secret' } })
})
afterAll(async () => {
  for (const client of clients) await client.dispose()
  await node.close()
  rmSync(folder, { recursive: true })
})

describe('a node with TLS', () => {
  const event = () => jsonEvent({ type: 'Secret', data: {} })

  test('makes up the passwords that it was not given', () => {
    expect(node.newPasswords?.admin).toBe('secret')
    expect(node.newPasswords?.ops).toMatch(/^[\w-]{24}$/)
  })

  test('lets in who has the right password, and nobody else', async () => {
    const admin = connect('admin:secret@')
    await admin.appendToStream('s', event())
    expect(await read(admin, 's')).toEqual(['Secret'])
    await expect(read(connect('admin:changeit@'), 's')).rejects.toMatchObject({ code: 16 })
    await expect(read(connect(''), 's')).rejects.toMatchObject({ type: 'access-denied' })
  })

  test('keeps operators out of what is for administrators', async () => {
    const ops = connect(`ops:${node.newPasswords!.ops}@`)
    await expect(read(ops, '$users')).rejects.toMatchObject({ type: 'access-denied' })
    await expect(read(ops, '$all-nothing')).rejects.toMatchObject({ type: 'access-denied' })
  })

  test('enforces the access control list of a stream', async () => {
    const admin = connect('admin:secret@')
    const ops = connect(`ops:${node.newPasswords!.ops}@`)
    await admin.appendToStream('mine', event())
    await admin.setStreamMetadata('mine', { acl: { readRoles: ['$admins'], writeRoles: ['ops'] } })
    await expect(read(ops, 'mine')).rejects.toMatchObject({ type: 'access-denied' })
    await ops.appendToStream('mine', event(), { credentials: { username: 'ops', password: node.newPasswords!.ops } })
    expect(await read(admin, 'mine')).toHaveLength(2)
  })

  test('speaks no plain text', async () => {
    await expect(fetch(`http://127.0.0.1:${node.port}/health/live`)).rejects.toThrow()
  })
})

describe('a store with users', () => {
  const tls = () => ({ cert: readFileSync(certFile), key: readFileSync(keyFile) })
  const gets = async (at: EventStoreNode, who: string): Promise<unknown> => {
    const url = `esdb://${who}@localhost:${at.port}?tls=true&tlsCAFile=${certFile}`
    const client = EventStoreDBClient.connectionString(url)
    try {
      return (await client.appendToStream('s', jsonEvent({ type: 'T', data: {} }))).success
    } catch (fault) {
      return (fault as { code: number }).code
    } finally {
      await client.dispose()
    }
  }

  test('has them again after a restart, tells no passwords twice, and takes the one that it is given', async () => {
    const options = { data: join(folder, 'kept'), tls: tls() }
    let told: string | undefined
    {
      await using first = await startEventStoreNode(options)
      told = first.newPasswords?.admin
      expect(await gets(first, `admin:${told}`)).toBe(true)
    }
    {
      await using again = await startEventStoreNode(options)
      expect([again.newPasswords, await gets(again, `admin:${told}`)]).toEqual([undefined, true])
    }
    await using given = await startEventStoreNode({ ...options, passwords: { admin: 'other' } })
    expect(given.newPasswords).toBeUndefined()
    expect([await gets(given, `admin:${told}`), await gets(given, 'admin:other')]).toEqual([16, true])
  })

  test('that was left between its two users is finished at the next start', async () => {
    const data = join(folder, 'half')
    {
      await using open = await startEventStoreNode({ data })
      const client = EventStoreDBClient.connectionString(open.connectionString)
      const user = { loginName: 'ops', fullName: '', groups: ['$ops'], disabled: false, hash: '', salt: '' }
      await client.appendToStream('$user-ops', jsonEvent({ type: '$UserCreated', data: user }))
      await client.dispose()
    }
    await using secure = await startEventStoreNode({ data, tls: tls() })
    const { admin, ops } = secure.newPasswords!
    expect([await gets(secure, `admin:${admin}`), await gets(secure, `ops:${ops}`)]).toEqual([true, true])
  })
})

test('without TLS it listens on loopback only, unless asked for twice', async () => {
  await expect(startEventStoreNode({ memory: true, host: '0.0.0.0' })).rejects.toThrow(/loopback/)
  const open = await startEventStoreNode({ memory: true, host: '0.0.0.0', insecureOnAnyAddress: true })
  await open.close()
})
