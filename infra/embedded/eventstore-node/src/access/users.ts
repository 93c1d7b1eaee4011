import { randomUUID } from 'node:crypto'
import { GrpcError, Status } from '../grpc/status.ts'
import type { Reader } from '../storage/reader.ts'
import { Expected } from '../storage/write-rules.ts'
import type { Writer } from '../storage/writer.ts'
import { writeFailed } from '../streams/refusals.ts'
import { encodeBody, viewRecord } from '../wire/record.ts'
import { type PasswordHash, hashPassword, verifyPassword } from './passwords.ts'
import { ADMINS, OPS } from './principal.ts'

export interface User extends PasswordHash {
  loginName: string
  fullName: string
  groups: string[]
  disabled: boolean
}

export interface UserDetails extends User {
  updatedMs: number
}

/** Where EventStoreDB keeps its users: a stream each, and one that names them all. */
const streamOf = (login: string) => `$user-${login}`
const USERS = '$users'
const PAGE = 500

export const userNotFound = (login: string): GrpcError =>
  new GrpcError(Status.NOT_FOUND, `User '${login}' is not found.`, { exception: 'user-not-found', 'login-name': login })

const userConflict = (login: string): GrpcError =>
  new GrpcError(Status.ALREADY_EXISTS, 'User already exists.', { exception: 'user-conflict', 'login-name': login })

export class Users {
  readonly #reader: Reader
  readonly #writer: Writer
  readonly #changed: ((login: string) => void)[] = []

  constructor(reader: Reader, writer: Writer) {
    this.#reader = reader
    this.#writer = writer
  }

  onChange(listener: (login: string) => void): void {
    this.#changed.push(listener)
  }

  find(login: string): UserDetails | undefined {
    const view = this.#reader.view(streamOf(login))
    if (view.status !== 'present') return undefined
    const [event] = this.#reader.page(view.id, view.last, 1, true)
    const record = event && viewRecord(event.record)
    if (!record) return undefined
    return { ...(JSON.parse(Buffer.from(record.data).toString('utf8')) as User), updatedMs: record.createdMs }
  }

  get(login: string): UserDetails {
    const user = this.find(login)
    if (!user) throw userNotFound(login)
    return user
  }

  all(): UserDetails[] {
    const view = this.#reader.view(USERS)
    const found: UserDetails[] = []
    for (let at = view.first; view.status === 'present' && at <= view.last; at += PAGE) {
      for (const { record } of this.#reader.page(view.id, at, PAGE)) {
        const user = this.find(Buffer.from(viewRecord(record).data).toString('utf8'))
        if (user) found.push(user)
      }
    }
    return found.filter((user, index) => found.findIndex((other) => other.loginName === user.loginName) === index)
  }

  async #append(stream: string, type: string, data: string, expected: number): Promise<boolean> {
    const body = encodeBody({ type, isJson: stream !== USERS, data: Buffer.from(data) })
    const events = [{ id: randomUUID(), body }]
    const { outcome } = await this.#writer.write({ kind: 'append', stream, expected, events })
    if (outcome === 'failed') throw writeFailed()
    return outcome === 'written'
  }

  async create(user: Omit<User, keyof PasswordHash | 'disabled'>, password: string): Promise<void> {
    const { loginName } = user
    const stored: User = { ...user, disabled: false, ...(await hashPassword(password)) }
    const created = await this.#append(streamOf(loginName), '$UserCreated', JSON.stringify(stored), Expected.NO_STREAM)
    if (!created) throw userConflict(loginName)
    await this.#append(USERS, '$User', loginName, Expected.ANY)
  }

  async change(login: string, change: Partial<User>): Promise<void> {
    const { updatedMs: _updated, ...user } = this.get(login)
    await this.#append(streamOf(login), '$UserUpdated', JSON.stringify({ ...user, ...change }), Expected.ANY)
    for (const listener of this.#changed) listener(login)
  }

  async setPassword(login: string, password: string): Promise<void> {
    await this.change(login, await hashPassword(password))
  }

  async delete(login: string): Promise<void> {
    this.get(login)
    await this.#writer.write({ kind: 'delete', stream: streamOf(login), expected: Expected.ANY, events: [] })
    for (const listener of this.#changed) listener(login)
  }

  /** The user, when the password is right and the account in use. */
  async verify(login: string, password: string): Promise<UserDetails | undefined> {
    const user = this.find(login)
    if (!user || user.disabled) return undefined
    return (await verifyPassword(password, user)) ? user : undefined
  }

  /** Makes the two users that every EventStoreDB has, with passwords that nobody knows from a manual. */
  async createDefaults(passwords: { admin: string; ops: string }): Promise<void> {
    await this.create({ loginName: 'admin', fullName: 'Event Store Administrator', groups: [ADMINS] }, passwords.admin)
    await this.create({ loginName: 'ops', fullName: 'Event Store Operations', groups: [OPS] }, passwords.ops)
  }
}
