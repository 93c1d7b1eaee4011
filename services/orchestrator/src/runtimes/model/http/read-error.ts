import { z } from 'zod'

/** What a server says in place of an answer. */
export type Objection = {
  /** Its own words for it, where it has any. */
  readonly words: readonly string[]
  /** Where the text itself holds a status. */
  readonly status: number | undefined
  readonly said: string
  readonly retryAfterMs: number | undefined
}

const text = z.string().nullish().catch(undefined)
const detail = z.object({
  message: text,
  type: text,
  code: z.union([z.string(), z.number()]).nullish().catch(undefined),
  status: text,
  details: z
    .array(z.looseObject({ retryDelay: text }))
    .nullish()
    .catch(undefined),
})
/** Anthropic, OpenAI and Gemini say `{error: {…}}`, Ollama `{error: "…"}`, frameworks `{message}` or `{detail}`. */
const errorBody = z.object({
  error: z
    .union([z.string().transform((message) => ({ message })), detail])
    .nullish()
    .catch(undefined),
  message: text,
  detail: text,
})

const mostCharacters = 64 * 1024

/** The body of an answer that is none. Reading it never fails: what is there counts. */
export async function readError(response: Response): Promise<Objection> {
  const body = await beginning(response).catch(() => '')
  return objectionIn(body) ?? objection(body.trim() || response.statusText || 'nothing')
}

/** Of which nothing is known but what was said. */
export const objection = (said = ''): Objection => ({ words: [], status: undefined, said, retryAfterMs: undefined })

function objectionIn(body: string): Objection | undefined {
  try {
    return objectionOf(JSON.parse(body))
  } catch {
    return undefined
  }
}

/** `undefined`: it says nothing of an error. Gemini puts its errors into a list. */
export function objectionOf(body: unknown): Objection | undefined {
  const { data } = errorBody.safeParse(Array.isArray(body) ? body[0] : body)
  const error = detail.partial().parse(data?.error ?? {})
  const said = error.message ?? data?.message ?? data?.detail
  if (!data?.error && !said) return undefined
  const { type, code, status, details } = error
  const words = [type, code, status].filter((word) => typeof word === 'string')
  const delay = details?.map(({ retryDelay }) => /^(\d+(?:\.\d+)?)s$/.exec(retryDelay ?? '')?.[1]).find(Boolean)
  const retryAfterMs = delay === undefined ? undefined : Number(delay) * 1000
  return { words, status: typeof code === 'number' ? code : undefined, said: said ?? '', retryAfterMs }
}

async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let body = ''
  for await (const chunk of response.body ?? []) {
    body += decoder.decode(chunk, { stream: true })
    if (body.length > mostCharacters) break
  }
  return body
}
