import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import { MalformedRequestError } from '../streams/refusals.ts'
import { ProtoReader, ProtoWriter } from '../wire/protobuf.ts'
import type { Policy } from './policy.ts'
import { type UserDetails, type Users } from './users.ts'

const SERVICE = '/event_store.client.users.Users'
const NOTHING = Buffer.alloc(0)
const TICKS_AT_EPOCH = 621_355_968_000_000_000n

/** The texts of the options, by field, each with all its values. */
function readOptions(message: Buffer): (field: number) => string[] {
  const outer = new ProtoReader(message)
  const values = new Map<number, string[]>()
  if (outer.next() === 1) {
    const reader = outer.message()
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      values.set(field, [...(values.get(field) ?? []), reader.string()])
    }
  }
  return (field) => values.get(field) ?? []
}

function required(options: (field: number) => string[], field: number): string {
  const [value] = options(field)
  if (!value) throw new MalformedRequestError('a required field is empty')
  return value
}

const details = (user: UserDetails): Buffer =>
  new ProtoWriter()
    .message(1, (target) => {
      target.string(1, user.loginName).string(2, user.fullName)
      for (const group of user.groups) target.string(3, group)
      target.message(4, (time) => time.uint64(1, TICKS_AT_EPOCH + BigInt(Math.trunc(user.updatedMs)) * 10_000n))
      target.bool(5, user.disabled)
    })
    .finish()

/** The service event_store.client.users.Users. */
export function usersService(users: Users, policy: Policy): [path: string, handler: Handler][] {
  type Options = ReturnType<typeof readOptions>
  const administer = (run: (options: Options) => Promise<void>) => async (call: ServerCall) => {
    const options = readOptions(await call.single())
    policy.administer(call)
    await run(options)
    call.end(NOTHING)
  }
  const changePassword = async (call: ServerCall) => {
    const options = readOptions(await call.single())
    const login = required(options, 1)
    users.get(login)
    if (!(await users.verify(login, required(options, 2)))) {
      throw new GrpcError(Status.UNAUTHENTICATED, 'The current password is wrong.')
    }
    await users.setPassword(login, required(options, 3))
    call.end(NOTHING)
  }
  const show = async (call: ServerCall) => {
    const options = readOptions(await call.single())
    const [login] = options(1)
    if (login !== call.principal.name) policy.administer(call)
    for (const user of login ? [users.get(login)] : users.all()) call.write(details(user))
    call.end()
  }
  const profile = (options: Options) => ({ fullName: options(3)[0] ?? '', groups: options(4) })
  const methods: Record<string, Handler> = {
    Create: administer((options) =>
      users.create({ loginName: required(options, 1), ...profile(options) }, required(options, 2)),
    ),
    Update: administer(async (options) => {
      const [password] = options(2)
      await users.change(required(options, 1), profile(options))
      if (password) await users.setPassword(required(options, 1), password)
    }),
    Delete: administer((options) => users.delete(required(options, 1))),
    Disable: administer((options) => users.change(required(options, 1), { disabled: true })),
    Enable: administer((options) => users.change(required(options, 1), { disabled: false })),
    Details: show,
    ChangePassword: changePassword,
    ResetPassword: administer((options) => users.setPassword(required(options, 1), required(options, 2))),
  }
  return Object.entries(methods).map(([method, handler]) => [`${SERVICE}/${method}`, handler])
}
