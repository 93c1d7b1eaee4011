import type { FastifyPluginCallback, FastifyReply } from 'fastify'
import { answerErrors } from '../api/answer-errors.ts'
import { type Answer, failed, streamedAnswer, wholeAnswer } from '../api/answer.ts'
import { ApiError } from '../api/errors.ts'
import type { FailureCounter } from '../api/failures.ts'
import { cutToMaxTokens } from '../api/message.ts'
import { createPace } from '../api/pace.ts'
import { usageOf } from '../api/tokens.ts'
import type { Dialect, Question } from '../dialects/dialect.ts'
import { ImpossibleTurnError, compose } from '../scenario/compose.ts'
import type { Turn } from '../scenario/compose.ts'
import { readConversation } from '../scenario/conversation.ts'
import { sceneFor } from '../scenario/play.ts'
import type { Scenario } from '../scenario/schema.ts'
import { scenarioOf } from './read-request.ts'

interface Dependencies {
  speed: number
  running: Set<AbortController>
  failures: FailureCounter
}

/** Answers in a dialect, whole or streamed. The work ends when the client goes away. */
export function answerRoute(dialect: Dialect, { speed, running, failures }: Dependencies): FastifyPluginCallback {
  return (app, _options, done) => {
    answerErrors(app, dialect)
    app.post(dialect.path, async (request, reply) => {
      const question = dialect.read(request.body, request.url)
      const scenario = await scenarioOf(question.model)
      const scripted = cutToMaxTokens(turnOf(scenario, question), question.max_tokens)
      const failure = failures.next(scenario.name, scripted)
      const turn = failure?.at === 'blank' ? { ...scripted, text: '', calls: [] } : scripted
      const abort = new AbortController()
      running.add(abort)
      reply.raw.once('close', () => {
        running.delete(abort)
        abort.abort()
      })
      const answer: Answer = {
        dialect,
        said: { turn, usage: usageOf(question, turn), model: question.model },
        failure: failure?.at === 'blank' ? undefined : failure,
        pace: createPace(turn.speed, speed, turn.key, abort.signal),
        signal: abort.signal,
        requestId: request.id,
      }
      return await send(reply, answer, question.stream)
    })
    done()
  }
}

function turnOf(scenario: Scenario, question: Question): Turn {
  const conversation = readConversation(question)
  const scene = sceneFor(scenario, conversation)
  if (!scene) {
    const { 'agent-type': type = 'none' } = conversation.header
    throw new ApiError(400, {
      message: `scenario "${scenario.name}" has no agent for agent-type ${type} with this task`,
    })
  }
  try {
    return compose(scene, conversation, scenario.speed)
  } catch (error) {
    if (error instanceof ImpossibleTurnError)
      throw new ApiError(400, { message: `scenario "${scenario.name}": ${error.message}` })
    throw error
  }
}

async function send(reply: FastifyReply, answer: Answer, stream: boolean): Promise<unknown> {
  const { failure, pace, signal } = answer
  try {
    await pace.headers()
    if (failure?.at === 'page') return await reply.type('text/html').send(page)
    if (!stream) return await reply.type('application/json').send(await wholeAnswer(reply.raw, answer))
    if (failure?.at === 'start') throw failed(failure)
    reply.hijack()
    await streamedAnswer(reply.raw, answer)
  } catch (error) {
    if (!signal.aborted) throw error
    // Whoever asked has gone, or the server is closing: there is nobody to tell.
    reply.hijack()
    reply.raw.destroy()
  }
  return reply
}

/** What a proxy between an agent and its model may put in place of an answer. */
const page = '<!doctype html><html><head><title>Sign in to the network</title></head><body></body></html>'
