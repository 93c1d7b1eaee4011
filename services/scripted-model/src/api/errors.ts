// The API's error types and bodies.

const typesByStatus: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

const messagesByType: Record<string, string> = {
  rate_limit_error: 'This request would exceed your rate limit. Please try again later.',
  overloaded_error: 'Overloaded',
  api_error: 'Internal server error',
  timeout_error: 'Request timed out',
}

const tooLong = { type: 'invalid_request_error', message: 'prompt is too long: 212345 tokens > 200000 maximum' }

export interface ErrorBody {
  type: 'error'
  error: { type: string; message: string }
  request_id: string
}

/** An answer that is not a message. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly type: string
  readonly retryAfter: number | undefined

  constructor(
    status: number,
    detail: { type?: string | undefined; message?: string | undefined; retryAfter?: number | undefined } = {},
  ) {
    const type = detail.type ?? typesByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
    super(detail.message ?? messagesByType[type] ?? type)
    this.status = status
    this.type = type
    this.retryAfter = detail.retryAfter
  }
}

export function errorBody({ type, message }: Pick<ApiError, 'type' | 'message'>, requestId: string): ErrorBody {
  if (type === 'context_full') return errorBody(tooLong, requestId)
  return { type: 'error', error: { type, message }, request_id: requestId }
}
