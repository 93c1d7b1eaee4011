import { createParser } from 'eventsource-parser'
import { ZodError } from 'zod'
import { AnswerBrokenError, looksLikeHtml, ServerError, titleOf } from './faults.ts'
import { parseWireEvent, type WireEvent } from './wire.ts'

type AnswerEvent = Exclude<WireEvent, { type: 'error' }>

const mostBytes = 64 * 1024 ** 2

/**
 * The events of an answer as they come, each checked: of a stream of server-sent events, or a message in one piece.
 * @param heard Called whenever anything comes, if only a ping.
 * @throws AnswerBrokenError, ServerError; what the connection ends with
 */
export async function* readAnswer(response: Response, heard: () => void): AsyncGenerator<AnswerEvent> {
  const type = response.headers.get('content-type')?.toLowerCase() ?? ''
  if (type.includes('json') || type.includes('html')) {
    const text = await wholeText(response, heard)
    if (type.includes('html') || looksLikeHtml(text)) {
      throw new AnswerBrokenError(`answered with a web page (${titleOf(text)}) instead of a message`)
    }
    yield* eventsIn([text])
    return
  }
  const arrived: string[] = []
  const parser = createParser({ onEvent: ({ data }) => void arrived.push(data) })
  let any = false
  let head = ''
  for await (const chunk of chunksOf(response, heard)) {
    if (head.length < 2000) head += chunk
    parser.feed(chunk)
    for (const event of eventsIn(arrived.splice(0))) {
      any = true
      yield event
    }
  }
  if (!any)
    throw new AnswerBrokenError(looksLikeHtml(head) ? `answered with a web page (${titleOf(head)})` : 'sent no event')
}

function* eventsIn(texts: readonly string[]): Generator<AnswerEvent> {
  for (const text of texts) {
    // How servers of OpenAI's kind end a stream.
    if (text.trim() === '[DONE]' || text.trim() === '') continue
    const event = checked(text)
    if (event?.type === 'error') throw new ServerError(event.error)
    if (event) yield event
  }
}

function checked(text: string): WireEvent | undefined {
  try {
    return parseWireEvent(JSON.parse(text))
  } catch (error) {
    if (error instanceof ZodError) {
      const [issue] = error.issues
      throw new AnswerBrokenError(
        `sent what is not readable at ${issue?.path.join('.') || 'its root'}: ${issue?.message}`,
        {
          cause: error,
        },
      )
    }
    throw new AnswerBrokenError('sent an event that is not JSON', { cause: error })
  }
}

async function wholeText(response: Response, heard: () => void): Promise<string> {
  let text = ''
  for await (const chunk of chunksOf(response, heard)) text += chunk
  return text
}

async function* chunksOf(response: Response, heard: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    heard()
    bytes += chunk.length
    if (bytes > mostBytes) throw new AnswerBrokenError('sent an answer without an end')
    yield decoder.decode(chunk, { stream: true })
  }
}
