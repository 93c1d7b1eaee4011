import { GrpcError, Status, type StatusCode } from '../grpc/status.ts'

const refusal =
  (code: StatusCode, exception: string, message: string) =>
  (stream: string, group: string, more: Record<string, string> = {}): GrpcError =>
    new GrpcError(code, `Subscription group ${group} on stream ${stream} ${message}`, {
      exception,
      'stream-name': stream,
      'group-name': group,
      ...more,
    })

export const doesNotExist = refusal(Status.NOT_FOUND, 'persistent-subscription-does-not-exist', 'does not exist.')
export const exists = refusal(Status.ALREADY_EXISTS, 'persistent-subscription-exists', 'exists.')
export const dropped = refusal(Status.CANCELLED, 'persistent-subscription-dropped', 'was dropped.')
export const tooManySubscribers = refusal(
  Status.FAILED_PRECONDITION,
  'maximum-subscribers-reached',
  'has its maximum of subscribers.',
)

export const failed = (stream: string, group: string, reason: string): GrpcError =>
  refusal(Status.INTERNAL, 'persistent-subscription-failed', `failed: ${reason}`)(stream, group, { reason })
