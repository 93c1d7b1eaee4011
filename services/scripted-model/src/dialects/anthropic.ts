import { errorBody } from '../api/errors.ts'
import { eventsOf, messageOf } from '../api/message.ts'
import { messagesSchema } from '../api/request.ts'
import { readRequest } from '../routes/read-request.ts'
import type { Dialect } from './dialect.ts'

/** Anthropic's Messages API. */
export const anthropic: Dialect = {
  path: '/v1/messages',
  read: (body) => readRequest(messagesSchema, body),
  whole: messageOf,
  parts: eventsOf,
  contentType: 'text/event-stream; charset=utf-8',
  frame: (json, data) => `event: ${'type' in data ? String(data.type) : 'message'}\ndata: ${json}\n\n`,
  end: '',
  error: (error, requestId) => ({ status: error.status, body: errorBody(error, requestId) }),
  errorPart: errorBody,
}
