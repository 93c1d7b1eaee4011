import { type Policy, accessDenied } from '../access/policy.ts'
import { ALL_USERS } from '../access/principal.ts'
import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import type { ProjectionActivation } from '../projections/activation.ts'
import { MalformedRequestError } from '../streams/refusals.ts'
import { MalformedMessageError, ProtoWriter } from '../wire/protobuf.ts'
import { type Change, readChange } from './change-request.ts'
import { type ConsumerMessage, readConsumerMessage } from './consumer-messages.ts'
import { Consumer } from './consumer.ts'
import type { Group } from './group.ts'
import type { Groups } from './groups.ts'
import { subscriptionInfo } from './info.ts'
import { readDelete, readInfo, readList, readReplay } from './requests.ts'
import { unixTime } from '../clock.ts'

const SERVICE = '/event_store.client.persistent_subscriptions.PersistentSubscriptions'
const NOTHING = Buffer.alloc(0)

export interface PersistentDeps {
  groups: Groups
  policy: Policy
  projections: ProjectionActivation
}

/** Everybody who signed in, and nobody else, may look at groups and, where the stream lets them, consume. */
function known(call: ServerCall): void {
  if (!call.principal.roles.has(ALL_USERS)) throw accessDenied()
}

/** Undefined: makes no sense. */
function parse(message: Buffer): ConsumerMessage | undefined {
  try {
    return readConsumerMessage(message)
  } catch (fault) {
    if (!(fault instanceof MalformedMessageError || fault instanceof MalformedRequestError)) throw fault
    return undefined
  }
}

const consume = ({ groups, policy }: PersistentDeps) => {
  const join = (call: ServerCall, message: ConsumerMessage): Group => {
    if (message.kind !== 'options') throw new MalformedRequestError('options come first')
    const { options } = message
    known(call)
    policy.stream(call, options.stream, 'read')
    const group = groups.get(options)
    group.add(new Consumer(call, { ...options, username: call.principal.name }))
    return group
  }
  return (call: ServerCall) => {
    let group: Group | undefined
    /** After the first thing that makes no sense nobody listens any more, though events still come. */
    let listening = true
    const hear = (message: ConsumerMessage | undefined) => {
      if (message?.kind === 'ack') group?.ack(message.ids)
      else if (message?.kind === 'nack') group?.nack(message.ids, message.action, message.reason)
      else listening = false
    }
    call.receive(
      (bytes) => {
        if (!group) group = join(call, readConsumerMessage(bytes))
        else if (listening) hear(parse(bytes))
      },
      () => {
        if (!group) call.end()
      },
    )
  }
}

/** The service event_store.client.persistent_subscriptions.PersistentSubscriptions. */
export function persistentService(deps: PersistentDeps): [path: string, handler: Handler][] {
  const { groups, policy, projections } = deps
  const unary = (run: (call: ServerCall, request: Buffer) => Promise<Buffer> | Buffer) => async (call: ServerCall) => {
    call.end(await run(call, await call.single()))
  }
  const change = (kind: Change) =>
    unary(async (call, bytes) => {
      policy.operate(call)
      const config = readChange(bytes, kind)
      await projections.ready(config.stream)
      await groups.change(kind, config, call.principal.name)
      return NOTHING
    })
  const remove = unary(async (call, bytes) => {
    policy.operate(call)
    await groups.delete(readDelete(bytes), call.principal.name)
    return NOTHING
  })
  const info = unary((call, bytes) => {
    known(call)
    return new ProtoWriter().message(1, subscriptionInfo(groups.get(readInfo(bytes)), unixTime())).finish()
  })
  const replay = unary((call, bytes) => {
    policy.operate(call)
    const { name, stopAt } = readReplay(bytes)
    groups.replay(name, stopAt)
    return NOTHING
  })
  const list = unary((call, bytes) => {
    known(call)
    const response = new ProtoWriter()
    for (const group of groups.list(readList(bytes).stream)) response.message(1, subscriptionInfo(group, unixTime()))
    return response.finish()
  })
  const restart = unary((call) => {
    policy.operate(call)
    groups.restart()
    return NOTHING
  })
  const methods = {
    Create: change('create'),
    Update: change('update'),
    Delete: remove,
    GetInfo: info,
    ReplayParked: replay,
    List: list,
    RestartSubsystem: restart,
    Read: consume(deps),
  }
  return Object.entries(methods).map(([method, handler]) => [`${SERVICE}/${method}`, handler])
}
