import { createParser } from 'eventsource-parser'
import { ZodError } from 'zod'
import { AnswerBrokenError, looksLikeHtml, titleOf } from './faults.ts'
import type { ReadPiece } from './dialect.ts'
import type { Piece } from './pieces.ts'

const mostBytes = 64 * 1024 ** 2

/**
 * The pieces of an answer as they come, each checked: of a stream of server-sent events or of lines (NDJSON), or of an
 * answer in one piece.
 * @param heard Called whenever anything comes, if only a ping.
 * @throws AnswerBrokenError, ServerError; what the connection ends with
 */
export async function* readAnswer(response: Response, read: ReadPiece, heard: () => void): AsyncGenerator<Piece> {
  const type = response.headers.get('content-type')?.toLowerCase() ?? ''
  const isLines = type.includes('ndjson') || type.includes('jsonl')
  if (!isLines && (type.includes('json') || type.includes('html'))) {
    const text = await wholeText(response, heard)
    if (type.includes('html') || looksLikeHtml(text)) {
      throw new AnswerBrokenError(`answered with a web page (${titleOf(text)}) instead of a message`)
    }
    yield* piecesIn(text, read)
    return
  }
  let any = false
  let head = ''
  const texts = isLines ? lines() : events()
  for await (const chunk of chunksOf(response, heard)) {
    if (head.length < 2000) head += chunk
    for (const text of texts.push(chunk)) {
      any = true
      yield* piecesIn(text, read)
    }
  }
  for (const text of texts.end()) {
    any = true
    yield* piecesIn(text, read)
  }
  if (!any) {
    throw new AnswerBrokenError(looksLikeHtml(head) ? `answered with a web page (${titleOf(head)})` : 'sent no event')
  }
}

type Texts = { push(chunk: string): string[]; end(): string[] }

function events(): Texts {
  const arrived: string[] = []
  const parser = createParser({ onEvent: ({ data }) => void arrived.push(data) })
  return {
    push(chunk) {
      parser.feed(chunk)
      return arrived.splice(0)
    },
    end: () => [],
  }
}

/** A line without an end is one as well, once nothing more comes. */
function lines(): Texts {
  let rest = ''
  return {
    push(chunk) {
      const found = (rest + chunk).split('\n')
      rest = found.pop() ?? ''
      return found
    },
    end: () => (rest.trim() === '' ? [] : [rest]),
  }
}

/** `[DONE]`: how servers of OpenAI's kind end a stream. */
function* piecesIn(text: string, read: ReadPiece): Generator<Piece> {
  if (text.trim() === '[DONE]' || text.trim() === '') return
  try {
    yield* read(parsed(text))
  } catch (error) {
    if (!(error instanceof ZodError)) throw error
    const [issue] = error.issues
    const place = issue?.path.join('.') || 'its root'
    throw new AnswerBrokenError(`sent what is not readable at ${place}: ${issue?.message}`, { cause: error })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
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
