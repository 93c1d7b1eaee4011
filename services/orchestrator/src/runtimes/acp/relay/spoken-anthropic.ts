import { isAnywhere, isObject, listOf, saidOf } from './bounds.ts'
import type { Spoken } from './spoken.ts'

/** All that an agent's own client of the Messages API asks. */
const paths = /^\/v1\/messages(\/count_tokens)?(?:\?[\w=&%.-]*)?$/

/** Run by the agent. What a server runs itself reads more than is sent, and has prices of its own. */
const ownTools = /^(?:custom|bash_\d+|text_editor_\d+|computer_\d+|memory_\d+)$/

/** The Messages API. */
export const anthropic: Spoken = {
  route(url) {
    const found = paths.exec(url)
    return found ? { path: url, costs: found[1] === undefined } : undefined
  },
  conversation: 'messages',
  longest: (body) => body['max_tokens'],
  withLongest: (body, tokens) => ({ ...body, max_tokens: tokens }),
  elsewhere(body) {
    const said = saidOf(body, ['mcp_servers'])
    if (said) return said
    if (listOf(body['tools']).some((tool) => isObject(tool) && !ownTools.test(String(tool['type'] ?? 'custom'))))
      return 'tools'
    const isElsewhere = ({ source }: Readonly<Record<string, unknown>>) =>
      isObject(source) && (source['type'] === 'url' || source['type'] === 'file')
    return isAnywhere([body['messages'], body['system']], isElsewhere) ? 'source' : undefined
  },
  unbounded(body) {
    const said = saidOf(body, ['container', 'speed'])
    if (said) return said
    // What is kept for longer than that costs more to write than is reckoned.
    const isKeptLong = ({ cache_control: kept }: Readonly<Record<string, unknown>>) =>
      isObject(kept) && (kept['ttl'] ?? '5m') !== '5m'
    return isAnywhere(body, isKeptLong) ? 'cache_control' : undefined
  },
  error: (status, message) => ({ type: 'error', error: { type: types[status] ?? 'api_error', message } }),
}

const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  402: 'billing_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  413: 'request_too_large',
  503: 'overloaded_error',
}
