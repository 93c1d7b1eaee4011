import { isAnywhere, isObject, listOf, saidOf } from './bounds.ts'
import type { Body, Spoken } from './spoken.ts'

const ownTools: ReadonlySet<unknown> = new Set(['function', 'custom', 'local_shell', 'shell', 'apply_patch'])

/** What is fetched by the server, or lies there already. */
function isElsewhere(value: Body): boolean {
  const { file_id: file, file_url: url, image_url: image, type } = value
  const address = isObject(image) ? image['url'] : image
  return (
    typeof file === 'string' ||
    typeof url === 'string' ||
    type === 'item_reference' ||
    (typeof address === 'string' && !address.startsWith('data:'))
  )
}

const hasOtherTools = ({ tools }: Body) => !listOf(tools).every(isOwnTool)

/** Or a group of them. */
const isOwnTool = (tool: unknown): boolean =>
  isObject(tool) &&
  (tool['type'] === 'namespace' ? listOf(tool['tools']).every(isOwnTool) : ownTools.has(tool['type'] ?? 'function'))

const isDear = (body: Body) => !['default', 'auto', 'flex'].includes(String(body['service_tier'] ?? 'auto'))

const error: Spoken['error'] = (status, message) => ({
  error: { message, type: types[status] ?? 'server_error', param: null, code: codes[status] ?? null },
})
const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  402: 'insufficient_quota',
  404: 'invalid_request_error',
  405: 'invalid_request_error',
  413: 'invalid_request_error',
}
const codes: Readonly<Record<number, string>> = { 402: 'insufficient_quota', 503: 'server_is_overloaded' }

/** OpenAI's responses. */
export const openaiResponses: Spoken = {
  route: (url) => (/^\/v1\/responses(?:\?[\w=&%.-]*)?$/.test(url) ? { path: url.slice(3), costs: true } : undefined),
  conversation: 'input',
  longest: (body) => body['max_output_tokens'] ?? undefined,
  withLongest: (body, tokens) => ({ ...body, max_output_tokens: tokens }),
  unbounded(body) {
    const said = saidOf(body, ['previous_response_id', 'conversation', 'prompt', 'background'])
    if (said) return said
    if (isDear(body)) return 'service_tier'
    if (hasOtherTools(body)) return 'tools'
    return isAnywhere(body['input'], isElsewhere) ? 'input' : undefined
  },
  error,
}

/** OpenAI's chat completions. */
export const openaiChat: Spoken = {
  route: (url) =>
    /^\/v1\/chat\/completions(?:\?[\w=&%.-]*)?$/.test(url) ? { path: url.slice(3), costs: true } : undefined,
  conversation: 'messages',
  longest: (body) => body['max_completion_tokens'] ?? body['max_tokens'] ?? undefined,
  withLongest: (body, tokens) => ({ ...body, max_tokens: tokens }),
  unbounded(body) {
    const said = saidOf(body, ['web_search_options', 'prediction', 'audio'])
    if (said) return said
    if ((body['n'] ?? 1) !== 1) return 'n'
    if (isDear(body)) return 'service_tier'
    if (hasOtherTools(body)) return 'tools'
    return isAnywhere(body['messages'], isElsewhere) ? 'messages' : undefined
  },
  error,
}
