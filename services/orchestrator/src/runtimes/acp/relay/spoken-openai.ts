import { isAnywhere, isObject, listOf, saidOf } from './bounds.ts'
import type { Body, Spoken } from './spoken.ts'

const ownTools: ReadonlySet<unknown> = new Set(['function', 'custom', 'local_shell', 'apply_patch'])

/** What is fetched by the server, or lies there already. */
function isElsewhere(value: Body): boolean {
  const { file_id: file, file_url: url, image_url: image, video_url: video, audio_url: audio } = value
  return typeof file === 'string' || typeof url === 'string' || [image, video, audio].some(isAddress)
}

function isAddress(value: unknown): boolean {
  const address = isObject(value) ? value['url'] : value
  return typeof address === 'string' && !address.startsWith('data:')
}

const hasOtherTools = ({ tools }: Body) => !listOf(tools).every(isOwnTool)

/** Or a group of them. */
function isOwnTool(tool: unknown): boolean {
  if (!isObject(tool)) return false
  const { type = 'function', tools, environment } = tool
  if (type === 'namespace') return listOf(tools).every(isOwnTool)
  // Else it is the server's.
  if (type === 'shell') return isObject(environment) && environment['type'] === 'local'
  return ownTools.has(type)
}

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
  elsewhere(body) {
    // It may have tools of its own.
    const said = saidOf(body, ['prompt'])
    if (said) return said
    if (hasOtherTools(body)) return 'tools'
    return isAnywhere(body['input'], isElsewhere) ? 'input' : undefined
  },
  unbounded(body) {
    const said = saidOf(body, ['previous_response_id', 'conversation', 'background'])
    if (said) return said
    if (isDear(body)) return 'service_tier'
    return isAnywhere(body['input'], ({ type }) => type === 'item_reference') ? 'input' : undefined
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
  elsewhere(body) {
    // The last two are those of gateways that speak it as well.
    const said = saidOf(body, ['web_search_options', 'plugins', 'search_parameters'])
    if (said) return said
    if (hasOtherTools(body)) return 'tools'
    return isAnywhere(body['messages'], isElsewhere) ? 'messages' : undefined
  },
  unbounded(body) {
    const said = saidOf(body, ['prediction', 'audio'])
    if (said) return said
    if ((body['n'] ?? 1) !== 1) return 'n'
    // Which of the two holds is its server's to say.
    if ((body['max_tokens'] ?? null) !== null && (body['max_completion_tokens'] ?? null) !== null) return 'max_tokens'
    return isDear(body) ? 'service_tier' : undefined
  },
  error,
}
