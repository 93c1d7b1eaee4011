import type { Policy } from '../access/policy.ts'
import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import type { ProjectionActivation } from '../projections/activation.ts'
import { MalformedRequestError } from '../streams/refusals.ts'
import { MalformedMessageError, ProtoWriter } from '../wire/protobuf.ts'
import { Consumer } from './consumer.ts'
import type { Group } from './group.ts'
import type { Groups } from './groups.ts'
import { subscriptionInfo } from './info.ts'
import { type ConsumerMessage, readChange, readConsumerMessage, readGroupName, readList } from './requests.ts'

const SERVICE = '/event_store.client.persistent_subscriptions.PersistentSubscriptions'
const NOTHING = Buffer.alloc(0)

export interface PersistentDeps {
  groups: Groups
  policy: Policy
  projections: ProjectionActivation
}

/** After the first message nothing a consumer sends ends the call: what makes no sense is passed over. */
function parse(message: Buffer, first: boolean): ConsumerMessage | undefined {
  try {
    return readConsumerMessage(message)
  } catch (fault) {
    if (first || !(fault instanceof MalformedMessageError || fault instanceof MalformedRequestError)) throw fault
    return undefined
  }
}

const consume = ({ groups, policy }: PersistentDeps) => {
  const join = (call: ServerCall, message: ConsumerMessage | undefined): Group => {
    if (message?.kind !== 'options') throw new MalformedRequestError('options come first')
    const { options } = message
    policy.stream(call, options.stream, 'read')
    const group = groups.get(options)
    group.add(new Consumer(call, { ...options, username: call.principal.name }))
    return group
  }
  return (call: ServerCall) => {
    let group: Group | undefined
    call.receive((bytes) => {
      const message = parse(bytes, group === undefined)
      if (!group) group = join(call, message)
      else if (message?.kind === 'ack') group.ack(message.ids)
      else if (message?.kind === 'nack') group.nack(message.ids, message.action, message.reason)
    })
  }
}

/** The service event_store.client.persistent_subscriptions.PersistentSubscriptions. */
export function persistentService(deps: PersistentDeps): [path: string, handler: Handler][] {
  const { groups, policy, projections } = deps
  const unary = (run: (call: ServerCall, request: Buffer) => Promise<Buffer> | Buffer) => async (call: ServerCall) => {
    call.end(await run(call, await call.single()))
  }
  const change = (apply: 'create' | 'update') =>
    unary(async (call, bytes) => {
      const request = readChange(bytes)
      policy.operate(call)
      await projections.ready(request.stream)
      await groups[apply](request)
      return NOTHING
    })
  const remove = unary(async (call, bytes) => {
    const name = readGroupName(bytes, { stream: 1, group: 2, all: 3 })
    policy.operate(call)
    await groups.delete(name)
    return NOTHING
  })
  const info = unary((call, bytes) => {
    const name = readGroupName(bytes, { stream: 1, all: 2, group: 3 })
    policy.stream(call, name.stream, 'read')
    return new ProtoWriter().message(1, subscriptionInfo(groups.get(name))).finish()
  })
  const replay = unary(async (call, bytes) => {
    let most = Number.MAX_SAFE_INTEGER
    const name = readGroupName(bytes, { group: 1, stream: 2, all: 3 }, (field, reader) => {
      if (field !== 4) return false
      most = Number(reader.int64())
      return true
    })
    policy.operate(call)
    await groups.get(name).replay(most)
    return NOTHING
  })
  const list = unary((call, bytes) => {
    const { stream } = readList(bytes)
    policy.operate(call)
    const response = new ProtoWriter()
    for (const group of groups.list(stream)) response.message(1, subscriptionInfo(group))
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
