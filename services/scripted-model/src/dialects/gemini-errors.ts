import type { ApiError } from '../api/errors.ts'

/** How Gemini puts an error that others put in the Messages API's words. */
export function geminiError({ status, type, message, retryAfter }: ApiError) {
  if (type === 'overloaded_error') return body(503, 'The model is overloaded. Please try again later.')
  if (type === 'context_full') {
    return body(400, 'The input token count (1048900) exceeds the maximum number of tokens allowed (1048576).')
  }
  if (status === 401) return body(400, 'API key not valid. Please pass a valid API key.')
  const delay = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfter}s` }
  return body(status, message, retryAfter === undefined ? [] : [delay])
}

const body = (code: number, message: string, details: object[] = []) => ({
  status: code,
  body: { error: { code, message, status: statuses[code] ?? 'UNKNOWN', details } },
})

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}
