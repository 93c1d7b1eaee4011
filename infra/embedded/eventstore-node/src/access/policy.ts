import type { ServerCall } from '../grpc/call.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import { type StreamAcl, isMetastream, originalStreamOf, readAcl } from '../storage/metadata.ts'
import type { Reader } from '../storage/reader.ts'
import { viewRecord } from '../wire/record.ts'
import { ADMINS, ALL_USERS, OPS, isAdmin } from './principal.ts'

export const accessDenied = (): GrpcError =>
  new GrpcError(Status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' })

type Operation = keyof StreamAcl

const everybody: StreamAcl = {
  read: [ALL_USERS],
  write: [ALL_USERS],
  delete: [ALL_USERS],
  metaRead: [ALL_USERS],
  metaWrite: [ALL_USERS],
}
const adminsOnly: StreamAcl = {
  read: [ADMINS],
  write: [ADMINS],
  delete: [ADMINS],
  metaRead: [ADMINS],
  metaWrite: [ADMINS],
}

/** Links that the system projections write are there for everybody; who may see what they lead to is another matter. */
const isLinkStream = (stream: string) => /^\$(ce|et|bc|category)-|^\$streams$/.test(stream)

/** The stream in which operators set what holds where a stream says nothing itself. */
const SETTINGS = '$settings'

function defaultsOf(reader: Reader, system: boolean): StreamAcl {
  const view = reader.view(SETTINGS)
  const [event] = view.status === 'present' ? reader.page(view.id, view.last, 1, true) : []
  const fallback = system ? adminsOnly : everybody
  if (!event) return fallback
  try {
    const settings = JSON.parse(Buffer.from(viewRecord(event.record).data).toString('utf8')) as Record<string, unknown>
    return { ...fallback, ...readAcl(settings[system ? '$systemStreamAcl' : '$userStreamAcl']) }
  } catch {
    return fallback
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
    if (operation === 'read' && isLinkStream(stream)) return [ALL_USERS]
    return defaultsOf(this.#reader, stream.startsWith('$'))[operation] ?? []
  }

  stream(call: ServerCall, name: string, operation: 'read' | 'write' | 'delete'): void {
    if (!this.#enforced || isAdmin(call.principal)) return
    const [stream, effective] = isMetastream(name)
      ? ([originalStreamOf(name), operation === 'read' ? 'metaRead' : 'metaWrite'] as const)
      : ([name, operation] as const)
    if (!this.#roles(stream, effective).some((role) => call.principal.roles.has(role))) throw accessDenied()
  }

  /** Administrators and operators. */
  operate(call: ServerCall): void {
    if (this.#enforced && !isAdmin(call.principal) && !call.principal.roles.has(OPS)) throw accessDenied()
  }

  administer(call: ServerCall): void {
    if (this.#enforced && !isAdmin(call.principal)) throw accessDenied()
  }
}
