import { GrpcError, Status, type StatusCode } from '../grpc/status.ts'

const refusal =
  (code: StatusCode, exception: string, text: (group: string, stream: string) => string) =>
  (stream: string, group: string, more: Record<string, string> = {}): GrpcError =>
    new GrpcError(code, text(group, stream), { exception, 'stream-name': stream, 'group-name': group, ...more })

const says = (what: string) => (group: string, stream: string) =>
  `Subscription group ${group} on stream ${stream} ${what}`

export const doesNotExist = refusal(Status.NOT_FOUND, 'persistent-subscription-does-not-exist', says('does not exist.'))
export const exists = refusal(Status.ALREADY_EXISTS, 'persistent-subscription-exists', says('exists.'))
export const dropped = refusal(Status.CANCELLED, 'persistent-subscription-dropped', says('was dropped.'))
export const tooManySubscribers = refusal(
  Status.FAILED_PRECONDITION,
  'maximum-subscribers-reached',
  (group, stream) => `Maximum subscriptions reached for subscription group ${group} on stream ${stream}.`,
)

export const failed = (stream: string, group: string, reason: string): GrpcError =>
  refusal(Status.INTERNAL, 'persistent-subscription-failed', says(`failed: '${reason}'`))(stream, group, { reason })
