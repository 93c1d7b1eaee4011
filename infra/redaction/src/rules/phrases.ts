import type { Rule } from './rule.ts'
import { token } from './tokens.ts'

/** Secrets by where they stand. */
export const phrases: readonly Rule[] = [
  {
    name: 'URL password',
    anchors: ['://'],
    pattern: /(?<kept>\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'<>\\]{0,256}:)(?!\[redacted)[^\s/"'<>\\]{1,512}(?=@)/gi,
  },
  {
    // The whole run is taken, whatever follows: to begin at each `eyJ` of it would take the square of its length.
    ...token('JSON web token', ['eyJ'], /eyJ[\w-]{10,}(?:\.eyJ[\w-]{10,}(?:\.[\w-]{0,4096})?)?/),
    isSecret: (found) => found.includes('.'),
  },
  {
    name: 'bearer token',
    anchors: ['bearer'],
    pattern: /(?<kept>\bbearer\s{1,4})(?=[a-z._~+/-]{0,512}\d)[a-z0-9._~+/-]{16,}={0,2}/gi,
  },
  {
    name: 'credentials',
    anchors: ['authoriz', 'x-api-k', '_autht'],
    pattern:
      /(?<kept>(?:\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:basic|token)\s{1,4}|\bx-api-key["']?\s{0,4}[:=]\s{0,4}["']?|_authToken\s{0,4}=\s{0,4}["']?))[a-z0-9._~+/-]{8,}={0,2}/gi,
  },
  {
    name: 'Azure signature',
    anchors: ['?sig=', '&sig='],
    pattern: /(?<kept>[?&]sig=)[a-z0-9%+/=]{40,}/gi,
  },
  {
    name: 'Twilio auth token',
    anchors: ['twilio'],
    pattern: /(?<kept>\btwilio\w{0,20}(?:token|secret)["']?\s{0,4}[:=]\s{0,4}["']?)[0-9a-f]{32}\b/gi,
  },
]
