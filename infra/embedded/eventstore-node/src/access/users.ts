import { randomUUID } from 'node:crypto'
import { GrpcError, Status } from '../grpc/status.ts'
import { metastreamOf } from '../storage/metadata.ts'
import type { Reader } from '../storage/reader.ts'
import { Expected } from '../storage/write-rules.ts'
import type { Writer } from '../storage/writer.ts'
import { writeFailed } from '../streams/refusals.ts'
import { encodeBody, viewRecord } from '../wire/record.ts'
import { type PasswordHash, hashPassword, verifyPassword } from './passwords.ts'
import { accessDenied } from './policy.ts'
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

/** Where EventStoreDB keeps its users: a stream each, one that names them all, and one that tells of changes. */
const streamOf = (login: string) => `$user-${login}`
const USERS = '$users'
const NOTIFICATIONS = '$users-password-notifications'
const PAGE = 500

const USER_METADATA = { $acl: { $w: ADMINS, $d: ADMINS, $mw: ADMINS } }
const NOTIFICATIONS_METADATA = { $maxAge: 3600 }

const userNotFound = (login: string): GrpcError =>
  new GrpcError(Status.NOT_FOUND, `User '${login}' is not found.`, { exception: 'user-not-found', 'login-name': login })

const userConflict = (login: string): GrpcError =>
  new GrpcError(Status.FAILED_PRECONDITION, 'Conflict.', { exception: 'user-conflict', 'login-name': login })

interface Note {
  stream: string
  type: string
  data: unknown
  expected?: number
}

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

  /** Everybody, by login name. */
  all(): UserDetails[] {
    const view = this.#reader.view(USERS)
    const found = new Map<string, UserDetails>()
    for (let at = view.first; view.status === 'present' && at <= view.last; at += PAGE) {
      for (const { record } of this.#reader.page(view.id, at, PAGE)) {
        const user = this.find(Buffer.from(viewRecord(record).data).toString('utf8'))
        if (user) found.set(user.loginName, user)
      }
    }
    return [...found.values()].toSorted((one, other) => one.loginName.localeCompare(other.loginName))
  }

  /** Appends one event; false when the expected revision is wrong. */
  async #append({ stream, type, data, expected = Expected.ANY }: Note): Promise<boolean> {
    const isJson = typeof data !== 'string'
    const body = encodeBody({ type, isJson, data: Buffer.from(isJson ? JSON.stringify(data) : data) })
    const events = [{ id: randomUUID(), body }]
    const { outcome } = await this.#writer.write({ kind: 'append', stream, expected, events })
    if (outcome === 'failed') throw writeFailed()
    return outcome === 'written'
  }

  #setMetadata(stream: string, data: object, expected?: number): Promise<boolean> {
    return this.#append({ stream: metastreamOf(stream), type: '$metadata', data, ...(expected && { expected }) })
  }

  /** As in EventStoreDB creating a user again is no conflict when the password is the same; nothing is changed then. */
  async create(user: Omit<User, keyof PasswordHash | 'disabled'>, password: string): Promise<void> {
    const { loginName } = user
    const existing = this.find(loginName)
    if (existing) {
      if (await verifyPassword(password, existing)) return
      throw userConflict(loginName)
    }
    const data: User = { ...user, ...(await hashPassword(password)), disabled: false }
    const stream = streamOf(loginName)
    const expected = this.#reader.view(stream).last
    await this.#setMetadata(stream, USER_METADATA)
    if (!(await this.#append({ stream, type: '$UserCreated', data, expected }))) throw userConflict(loginName)
    await this.#append({ stream: USERS, type: '$User', data: loginName })
  }

  /** Changes what is given; other nodes of a cluster would drop the password they know. */
  async change(login: string, change: Partial<User>): Promise<void> {
    const { updatedMs: _updated, ...user } = this.get(login)
    await this.#append({ stream: streamOf(login), type: '$UserUpdated', data: { ...user, ...change } })
    if (change.disabled !== false) await this.#notify(login)
  }

  async #notify(login: string): Promise<void> {
    for (const listener of this.#changed) listener(login)
    await this.#setMetadata(NOTIFICATIONS, NOTIFICATIONS_METADATA, Expected.NO_STREAM)
    await this.#append({ stream: NOTIFICATIONS, type: '$PasswordChanged', data: { loginName: login } })
  }

  async setPassword(login: string, password: string): Promise<void> {
    this.get(login)
    await this.change(login, await hashPassword(password))
  }

  /** The password is this one from now on, and the account in use. Nothing is written when it is so. */
  async reset(login: string, password: string): Promise<void> {
    if (await this.verify(login, password)) return
    await this.change(login, { ...(await hashPassword(password)), disabled: false })
    for (const listener of this.#changed) listener(login)
  }

  /** Whoever knows the current password may change it, of a disabled user too. */
  async changePassword(login: string, current: string, next: string): Promise<void> {
    if (!(await verifyPassword(current, this.get(login)))) throw accessDenied()
    await this.setPassword(login, next)
  }

  async delete(login: string): Promise<void> {
    this.get(login)
    const { outcome } = await this.#writer.write({
      kind: 'delete',
      stream: streamOf(login),
      expected: Expected.ANY,
      events: [],
    })
    if (outcome === 'failed') throw writeFailed()
    await this.#notify(login)
  }

  /** The user, when the password is right and the account in use. */
  async verify(login: string, password: string): Promise<UserDetails | undefined> {
    const user = this.find(login)
    if (!user || user.disabled) return undefined
    return (await verifyPassword(password, user)) ? user : undefined
  }

  /** Whether the two users that every EventStoreDB has were ever made, deleted since or not. */
  get initialized(): boolean {
    return this.#reader.view(streamOf('admin')).last >= 0
  }

  /** Makes the users `admin` and `ops`. The first comes last: with it all is done, whatever happens in between. */
  async createDefaults(passwords: { admin: string; ops: string }): Promise<void> {
    if (this.find('ops')) await this.setPassword('ops', passwords.ops)
    else await this.create({ loginName: 'ops', fullName: 'Event Store Operations', groups: [OPS] }, passwords.ops)
    await this.create({ loginName: 'admin', fullName: 'Event Store Administrator', groups: [ADMINS] }, passwords.admin)
  }
}
