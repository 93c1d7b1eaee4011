import type { ServerCall } from '../grpc/call.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import { type StreamAcl, isMetastream, originalStreamOf, readAcl } from '../storage/metadata.ts'
import type { Reader } from '../storage/reader.ts'
import { viewRecord } from '../wire/record.ts'
import { ADMINS, ALL_USERS, isAdmin, isOperator, isSignedIn } from './principal.ts'

export const accessDenied = (): GrpcError =>
  new GrpcError(Status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' })

type Operation = keyof StreamAcl

const forAll = (role: string): StreamAcl => ({
  read: [role],
  write: [role],
  delete: [role],
  metaRead: [role],
  metaWrite: [role],
})
const EVERYBODY = forAll(ALL_USERS)
const ADMINS_ONLY = forAll(ADMINS)

/** Links that the system projections write are there for everybody; who may see what they lead to is another matter. */
const isLinkStream = (stream: string) => /^\$(ce|et|bc|category)-|^\$streams$/.test(stream)
const isOfReading = (operation: Operation) => operation === 'read' || operation === 'metaRead'

/** The stream in which operators set what holds where a stream says nothing itself. */
const SETTINGS = '$settings'

/** As in EventStoreDB settings that cannot be read, in whatever part, are none. */
function settingsOf(reader: Reader, system: boolean): StreamAcl | undefined {
  const view = reader.view(SETTINGS)
  const [event] = view.status === 'present' ? reader.page(view.id, view.last, 1, true) : []
  if (!event) return undefined
  try {
    const settings = JSON.parse(Buffer.from(viewRecord(event.record).data).toString('utf8')) as Record<string, unknown>
    const [ofUsers, ofSystem] = [readAcl(settings['$userStreamAcl']), readAcl(settings['$systemStreamAcl'])]
    return system ? ofSystem : ofUsers
  } catch {
    return undefined
  }
}

/** Decides by the access control lists in the metadata of streams. Each method throws when the caller may not. */
export class Policy {
  readonly #reader: Reader
  readonly #enforced: boolean

  constructor(reader: Reader, enforced: boolean) {
    this.#reader = reader
    this.#enforced = enforced
  }

  #roles(stream: string, operation: Operation): readonly string[] {
    const acl = this.#reader.metadata(stream).acl?.[operation]
    if (acl) return acl
    if (isOfReading(operation) && isLinkStream(stream)) return [ALL_USERS]
    const system = stream.startsWith('$')
    return settingsOf(this.#reader, system)?.[operation] ?? (system ? ADMINS_ONLY : EVERYBODY)[operation] ?? []
  }

  /** An empty name stands for `$all`, as in EventStoreDB. Nobody writes or deletes that, or deletes a metastream. */
  stream(call: ServerCall, name: string, operation: 'read' | 'write' | 'delete'): void {
    if (!this.#enforced) return
    const metastream = isMetastream(name)
    const ofAll = name === '' || name === '$all'
    if ((ofAll && operation !== 'read') || (metastream && operation === 'delete')) throw accessDenied()
    if (isAdmin(call.principal)) return
    const [stream, effective] = metastream
      ? ([originalStreamOf(name), operation === 'read' ? 'metaRead' : 'metaWrite'] as const)
      : ([ofAll ? '$all' : name, operation] as const)
    if (!this.#roles(stream, effective).some((role) => call.principal.roles.has(role))) throw accessDenied()
  }

  /** Whoever has credentials. */
  signedIn(call: ServerCall): void {
    if (this.#enforced && !isSignedIn(call.principal)) throw accessDenied()
  }

  /** Administrators and operators. */
  operate(call: ServerCall): void {
    if (this.#enforced && !isOperator(call.principal)) throw accessDenied()
  }

  /** Administrators by their group: for users the name alone is not enough. */
  administer(call: ServerCall): void {
    if (this.#enforced && !call.principal.roles.has(ADMINS)) throw accessDenied()
  }
}
