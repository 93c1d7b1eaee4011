/**
 * How long a server asks to wait, in milliseconds (RFC 9110 §10.2.3: seconds or a date; OpenAI's `retry-after-ms`), or until
 * its limits are set anew.
 */
export function retryAfterMs(headers: Headers, now: Date): number | undefined {
  const exact = headers.get('retry-after-ms')?.trim()
  if (exact && /^\d+(\.\d+)?$/.test(exact)) return Number(exact)
  const value = headers.get('retry-after')?.trim()
  const asked = value ? momentMs(value, now) : undefined
  return asked ?? resetMs(headers, now)
}

function momentMs(value: string, now: Date): number | undefined {
  const milliseconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime()
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined
}

/** The limits that are used up, by Anthropic's and OpenAI's headers; the last of them to be set anew counts. */
function resetMs(headers: Headers, now: Date): number | undefined {
  const anthropic = ['requests', 'tokens', 'input-tokens', 'output-tokens'].map((limit) => {
    const name = `anthropic-ratelimit-${limit}`
    const reset = headers.get(`${name}-remaining`) === '0' ? headers.get(`${name}-reset`) : null
    return reset ? momentMs(reset, now) : undefined
  })
  const openai = ['requests', 'tokens'].map((limit) => {
    const reset =
      headers.get(`x-ratelimit-remaining-${limit}`) === '0' ? headers.get(`x-ratelimit-reset-${limit}`) : null
    return reset ? spanMs(reset) : undefined
  })
  const resets = [...anthropic, ...openai].filter((milliseconds) => milliseconds !== undefined)
  return resets.length > 0 ? Math.max(...resets) : undefined
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** `1m30s`, `250ms`. */
function spanMs(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)]
  if (parts.map(([part]) => part).join('') !== text) return undefined
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs], 0)
}
