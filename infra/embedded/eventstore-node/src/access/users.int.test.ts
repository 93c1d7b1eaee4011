import users from '@eventstore/db-client/generated/users_pb.js'
import { UsersClient } from '@eventstore/db-client/generated/users_grpc_pb.js'
import { credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEventStoreNode } from '../index.ts'
import {
  ADMIN,
  type Caller,
  OPS,
  type Outcome,
  type SecureNode,
  outcome,
  signedAs,
  startSecureNode,
} from '../../test/secure-node.ts'

let secure: SecureNode
let client: UsersClient
beforeAll(async () => {
  secure = await startSecureNode()
  client = new UsersClient(secure.address, secure.ssl)
})
afterAll(async () => {
  client.close()
  await secure[Symbol.asyncDispose]()
})

const UNARY = {
  create: users.CreateReq,
  update: users.UpdateReq,
  delete: users.DeleteReq,
  disable: users.DisableReq,
  enable: users.EnableReq,
  changePassword: users.ChangePasswordReq,
  resetPassword: users.ResetPasswordReq,
}
type Method = keyof typeof UNARY
interface Fields {
  login?: string
  password?: string
  newPassword?: string
  name?: string
  groups?: string[]
}

/** Every request has the login first, and the others where they are wanted. */
function request(method: Method, fields: Fields | undefined) {
  const message = new UNARY[method]()
  if (!fields) return message
  const { login = 'x', password = 'p', newPassword = 'n', name = 'X', groups = [] } = fields
  const options = new (UNARY[method].Options as typeof users.CreateReq.Options)()
  options.setLoginName(login)
  if (method === 'create' || method === 'update') {
    options.setPassword(password)
    options.setFullName(name)
    options.setGroupsList(groups)
  }
  const changes = options as unknown as InstanceType<typeof users.ChangePasswordReq.Options>
  if (method === 'changePassword') changes.setCurrentPassword(password)
  if (method === 'changePassword' || method === 'resetPassword') changes.setNewPassword(newPassword)
  ;(message as InstanceType<typeof users.CreateReq>).setOptions(options)
  return message
}

const call = (method: Method, fields: Fields | undefined, who: Caller = ADMIN, over = client) =>
  outcome((done) =>
    // One of seven stubs of the same shape.
    (over[method] as UsersClient['create']).call(
      over,
      request(method, fields) as InstanceType<typeof users.CreateReq>,
      signedAs(who),
      { deadline: Date.now() + 5000 },
      done,
    ),
  )

type User = ReturnType<InstanceType<typeof users.DetailsResp.UserDetails>['toObject']>

function details(login: string | undefined, who: Caller = ADMIN): Promise<Outcome<User[]>> {
  const message = new users.DetailsReq()
  if (login !== undefined) {
    const options = new users.DetailsReq.Options()
    options.setLoginName(login)
    message.setOptions(options)
  }
  const found: User[] = []
  return outcome((done) => {
    const stream = client.details(message, signedAs(who))
    stream.on('data', (answer: InstanceType<typeof users.DetailsResp>) =>
      found.push(answer.getUserDetails()!.toObject()),
    )
    stream.once('error', done as (fault: Error) => void)
    stream.once('end', () => done(null, found))
  })
}

const OK = { code: 'OK' }
const denied = { code: 'PERMISSION_DENIED', trailers: { exception: 'access-denied' } }
const notFound = (login: string) => ({
  code: 'NOT_FOUND',
  trailers: { exception: 'user-not-found', 'login-name': login },
})
/** Whether somebody gets in with a password; details of oneself are for everybody. */
const entry = async (who: string) => (await details('admin', who)).code

describe('users', () => {
  test('are created, and shown one by one or all in the order of their names', async () => {
    const before = Date.now()
    expect(await call('create', { login: 'zoe', name: 'Zoe Z', groups: ['b', 'a'] })).toMatchObject(OK)
    expect(await call('create', { login: 'bob' })).toMatchObject(OK)
    const { value: [zoe] = [] } = await details('zoe')
    expect(zoe).toMatchObject({ loginName: 'zoe', fullName: 'Zoe Z', groupsList: ['b', 'a'], disabled: false })
    const updated = Number(zoe!.lastUpdated!.ticksSinceEpoch) / 10_000
    expect(updated).toBeGreaterThan(before - 1000)
    expect(updated).toBeLessThan(Date.now() + 1000)
    for (const all of [undefined, '', '  ']) {
      const { value } = await details(all)
      expect(value?.map(({ loginName }) => loginName)).toEqual(['admin', 'bob', 'ops', 'zoe'])
    }
  })

  test('are created again with the same password, and are a conflict with another', async () => {
    await call('create', { login: 'twice', name: 'First' })
    expect(await call('create', { login: 'twice', name: 'Second' })).toMatchObject(OK)
    expect(await call('create', { login: 'twice', password: 'other' })).toMatchObject({
      code: 'FAILED_PRECONDITION',
      trailers: { exception: 'user-conflict', 'login-name': 'twice' },
    })
    expect((await details('twice')).value).toMatchObject([{ fullName: 'First' }])
  })

  test('may have empty names and passwords', async () => {
    expect(await call('create', { login: '', password: '', name: '' })).toMatchObject(OK)
    expect(await entry(':')).toBe('OK')
    expect(await call('delete', { login: '' })).toMatchObject(OK)
  })

  test.each(['update', 'delete', 'disable', 'enable', 'changePassword', 'resetPassword'] as const)(
    'that nobody knows are not found: %s',
    async (method) => expect(await call(method, { login: 'ghost' })).toMatchObject(notFound('ghost')),
  )

  test('that nobody knows have no details', async () => {
    expect(await details('ghost')).toMatchObject(notFound('ghost'))
  })

  test('get another name and other groups by an update, but no other password', async () => {
    await call('create', { login: 'una', groups: ['old'] })
    expect(await call('update', { login: 'una', password: 'other', name: 'New', groups: ['new'] })).toMatchObject(OK)
    expect((await details('una')).value).toMatchObject([{ fullName: 'New', groupsList: ['new'] }])
    expect([await entry('una:p'), await entry('una:other')]).toEqual(['OK', 'UNAUTHENTICATED'])
  })

  test('are shut out while disabled, at once', async () => {
    await call('create', { login: 'dora' })
    expect(await entry('dora:p')).toBe('OK')
    expect(await call('disable', { login: 'dora' })).toMatchObject(OK)
    expect(await call('disable', { login: 'dora' })).toMatchObject(OK)
    expect(await entry('dora:p')).toBe('UNAUTHENTICATED')
    expect((await details('dora')).value).toMatchObject([{ disabled: true }])
    expect(await call('enable', { login: 'dora' })).toMatchObject(OK)
    expect(await entry('dora:p')).toBe('OK')
  })

  test('get a new password from an administrator', async () => {
    await call('create', { login: 'rita' })
    expect(await entry('rita:p')).toBe('OK')
    expect(await call('resetPassword', { login: 'rita', newPassword: 'new' })).toMatchObject(OK)
    expect([await entry('rita:p'), await entry('rita:new')]).toEqual(['UNAUTHENTICATED', 'OK'])
  })

  test('change a password with the current one, whoever signs', async () => {
    await call('create', { login: 'carl' })
    const change = { login: 'carl', password: 'p', newPassword: 'q' }
    expect(await call('changePassword', { ...change, password: 'wrong' })).toMatchObject(denied)
    expect(await call('changePassword', { ...change, password: 'wrong' }, 'carl:p')).toMatchObject(denied)
    expect(await call('changePassword', change, null)).toMatchObject(denied)
    expect(await call('changePassword', change, OPS)).toMatchObject(OK)
    expect([await entry('carl:p'), await entry('carl:q')]).toEqual(['UNAUTHENTICATED', 'OK'])
  })

  test('are deleted once, and may come back', async () => {
    await call('create', { login: 'lea' })
    expect(await call('delete', { login: 'lea' })).toMatchObject(OK)
    expect(await call('delete', { login: 'lea' })).toMatchObject(notFound('lea'))
    expect(await entry('lea:p')).toBe('UNAUTHENTICATED')
    expect(await call('create', { login: 'lea', password: 'again' })).toMatchObject(OK)
    expect(await entry('lea:again')).toBe('OK')
    const names = (await details(undefined)).value!.map(({ loginName }) => loginName)
    expect(names.filter((name) => name === 'lea')).toHaveLength(1)
  })
})

describe('rights to manage users', () => {
  const administration = ['create', 'update', 'delete', 'disable', 'enable', 'resetPassword'] as const

  test.each(administration)('%s is for administrators', async (method) => {
    expect(await call(method, { login: 'zoe' }, OPS)).toMatchObject(denied)
    expect(await call(method, { login: 'zoe' }, null)).toMatchObject(denied)
    expect(await call(method, undefined, OPS)).toMatchObject(denied)
    expect(await call(method, undefined)).toMatchObject({ code: 'UNKNOWN' })
  })

  test('details are for everybody who signs in', async () => {
    expect(await details(undefined, null)).toMatchObject(denied)
    expect((await details('admin', OPS)).value).toMatchObject([{ groupsList: ['$admins'] }])
  })

  test('whoever is in the group of administrators is one', async () => {
    await call('create', { login: 'chief', groups: ['$admins'] })
    expect(await call('create', { login: 'by-chief' }, 'chief:p')).toMatchObject(OK)
  })
})

test('a node without authentication never answers, as it has no users', async () => {
  await using node = await startEventStoreNode({ memory: true })
  const open = new UsersClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
  const message = request('create', { login: 'x' }) as InstanceType<typeof users.CreateReq>
  const late = { deadline: Date.now() + 300 }
  expect(await outcome((done) => open.create(message, signedAs(null), late, done))).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  })
  expect(await call('create', undefined, null, open)).toMatchObject({ code: 'UNKNOWN' })
  open.close()
})
