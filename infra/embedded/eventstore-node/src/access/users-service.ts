import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import { MalformedRequestError } from '../streams/refusals.ts'
import { ProtoReader, ProtoWriter } from '../wire/protobuf.ts'
import type { Policy } from './policy.ts'
import type { UserDetails, Users } from './users.ts'

const SERVICE = '/event_store.client.users.Users'
const NOTHING = Buffer.alloc(0)
/** Ticks of 100 ns since 1970. */
const TICKS_PER_MS = 10_000n

/** The texts of the options, by field, each with all its values; undefined without options. */
type Options = (field: number) => string[]

function readOptions(message: Buffer): Options | undefined {
  const outer = new ProtoReader(message)
  if (outer.next() !== 1) return undefined
  const values = new Map<number, string[]>()
  const reader = outer.message()
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    values.set(field, [...(values.get(field) ?? []), reader.string()])
  }
  return (field) => values.get(field) ?? []
}

/** An absent text is an empty one; empty names and passwords are as good as others. */
const text = (options: Options, field: number): string => options(field).at(-1) ?? ''
const profile = (options: Options) => ({ fullName: text(options, 3), groups: options(4) })

const details = (user: UserDetails): Buffer =>
  new ProtoWriter()
    .message(1, (target) => {
      target.string(1, user.loginName).string(2, user.fullName)
      for (const group of user.groups) target.string(3, group)
      target.message(4, (time) => time.uint64(1, BigInt(Math.trunc(user.updatedMs)) * TICKS_PER_MS))
      target.bool(5, user.disabled)
    })
    .finish()

const ADMINISTRATION: Record<string, (users: Users, options: Options) => Promise<void>> = {
  Create: (users, options) => users.create({ loginName: text(options, 1), ...profile(options) }, text(options, 2)),
  // The password of the request is not looked at.
  Update: (users, options) => users.change(text(options, 1), profile(options)),
  Delete: (users, options) => users.delete(text(options, 1)),
  Disable: (users, options) => users.change(text(options, 1), { disabled: true }),
  Enable: (users, options) => users.change(text(options, 1), { disabled: false }),
  ResetPassword: (users, options) => users.setPassword(text(options, 1), text(options, 2)),
}

/**
 * The service event_store.client.users.Users. A node without authentication has no users, and as EventStoreDB without
 * it never answers; a client's deadline ends the call.
 */
export function usersService(users: Users | undefined, policy: Policy): [path: string, handler: Handler][] {
  type Allowed = 'administer' | 'signedIn'
  const unary =
    (allowed: Allowed, run: (users: Users, options: Options) => Promise<void>) => async (call: ServerCall) => {
      const options = readOptions(await call.single())
      policy[allowed](call)
      if (!options) throw new MalformedRequestError('no options')
      if (!users) return
      await run(users, options)
      call.end(NOTHING)
    }
  const show = async (call: ServerCall) => {
    const options = readOptions(await call.single())
    policy.signedIn(call)
    if (!users) return
    const login = options ? text(options, 1) : ''
    for (const user of login.trim() ? [users.get(login)] : users.all()) call.write(details(user))
    call.end()
  }
  const methods: Record<string, Handler> = {
    ...Object.fromEntries(Object.entries(ADMINISTRATION).map(([name, run]) => [name, unary('administer', run)])),
    ChangePassword: unary('signedIn', (known, options) =>
      known.changePassword(text(options, 1), text(options, 2), text(options, 3)),
    ),
    Details: show,
  }
  return Object.entries(methods).map(([method, handler]) => [`${SERVICE}/${method}`, handler])
}
