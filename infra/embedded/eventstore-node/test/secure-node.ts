import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventStoreDBClient } from '@eventstore/db-client'
import { type ChannelCredentials, Metadata, type ServiceError, credentials, status } from '@grpc/grpc-js'
import { type EventStoreNode, startEventStoreNode } from '../src/index.ts'

/** How a call ended: the name of its status, and its value or the trailers that clients look at. */
export interface Outcome<Value = unknown> {
  code: string
  trailers: Record<string, string>
  value: Value | undefined
}

type Done<Value> = (fault: ServiceError | null, value?: Value) => void

const NAMES = ['exception', 'login-name', 'scavenge-id']

const trailersOf = ({ metadata }: ServiceError): Record<string, string> =>
  Object.fromEntries(
    NAMES.filter((name) => metadata.get(name).length > 0).map((name) => [name, String(metadata.get(name)[0])]),
  )

/** Makes a unary call of a generated stub and answers how it ended. */
export const outcome = <Value>(start: (done: Done<Value>) => void): Promise<Outcome<Value>> =>
  new Promise((resolve) => {
    start((fault, value) => {
      resolve({ code: status[fault?.code ?? 0]!, trailers: fault ? trailersOf(fault) : {}, value })
    })
  })

/** Who calls: `login:password`, or nobody. */
export type Caller = string | null

/** The header of basic credentials; none for nobody. */
export function signedAs(who: Caller): Metadata {
  const metadata = new Metadata()
  if (who !== null) metadata.set('authorization', `Basic ${Buffer.from(who).toString('base64')}`)
  return metadata
}

export interface SecureNode extends AsyncDisposable {
  node: EventStoreNode
  address: string
  ssl: ChannelCredentials
  connect: (who: Caller) => EventStoreDBClient
}

export const PASSWORDS = { admin: 'secret', ops: 'hidden' }
export const ADMIN = `admin:${PASSWORDS.admin}`
export const OPS = `ops:${PASSWORDS.ops}`

/** A node in memory with a certificate of its own, and the users `admin` and `ops`. */
export async function startSecureNode(): Promise<SecureNode> {
  const folder = mkdtempSync(join(tmpdir(), 'eventstore-tls-'))
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', keyFile, '-out', certFile]
  execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' })
  const [cert, key] = [readFileSync(certFile), readFileSync(keyFile)]
  const node = await startEventStoreNode({ memory: true, tls: { cert, key }, passwords: PASSWORDS })
  const clients: EventStoreDBClient[] = []
  const connect = (who: Caller) => {
    const url = `esdb://${who ? `${who}@` : ''}localhost:${node.port}?tls=true&tlsCAFile=${certFile}`
    const client = EventStoreDBClient.connectionString(url)
    clients.push(client)
    return client
  }
  const close = async () => {
    for (const client of clients) await client.dispose()
    await node.close()
    rmSync(folder, { recursive: true })
  }
  const address = `localhost:${node.port}`
  return { node, address, ssl: credentials.createSsl(cert), connect, [Symbol.asyncDispose]: close }
}
