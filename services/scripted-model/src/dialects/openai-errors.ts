import type { ApiError } from '../api/errors.ts'

/** How OpenAI's APIs put an error that others put in the Messages API's words. */
export function openaiError({ status, type, message }: ApiError) {
  if (type === 'overloaded_error') {
    const said = 'The server is currently overloaded with other requests. Please try again later.'
    return {
      status: 503,
      body: { error: { message: said, type: 'server_error', param: null, code: 'server_is_overloaded' } },
    }
  }
  if (type === 'context_full') {
    const said = "This model's maximum context length is 128000 tokens. Please reduce the length of the messages."
    const code = 'context_length_exceeded'
    return { status: 400, body: { error: { message: said, type: 'invalid_request_error', param: 'messages', code } } }
  }
  return {
    status,
    body: { error: { message, type: types[type] ?? 'invalid_request_error', param: null, code: codes[type] ?? null } },
  }
}

const types: Readonly<Record<string, string>> = {
  rate_limit_error: 'requests',
  api_error: 'server_error',
  timeout_error: 'server_error',
}
const codes: Readonly<Record<string, string>> = {
  rate_limit_error: 'rate_limit_exceeded',
  authentication_error: 'invalid_api_key',
  not_found_error: 'model_not_found',
}
