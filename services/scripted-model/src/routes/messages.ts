import type { FastifyPluginCallback, FastifyReply } from 'fastify'
import type { Answer } from '../api/answer.ts'
import { apiError, streamMessage, wholeMessage } from '../api/answer.ts'
import { ApiError } from '../api/errors.ts'
import type { FailureCounter } from '../api/failures.ts'
import { cutToMaxTokens } from '../api/message.ts'
import { createPace } from '../api/pace.ts'
import type { MessagesRequest } from '../api/request.ts'
import { messagesSchema } from '../api/request.ts'
import { usageOf } from '../api/tokens.ts'
import { ImpossibleTurnError, compose } from '../scenario/compose.ts'
import type { Turn } from '../scenario/compose.ts'
import { readConversation } from '../scenario/conversation.ts'
import { sceneFor } from '../scenario/play.ts'
import type { Scenario } from '../scenario/schema.ts'
import { readRequest, scenarioOf } from './read-request.ts'

interface Dependencies {
  speed: number
  running: Set<AbortController>
  failures: FailureCounter
}

/** `POST /v1/messages`, whole or streamed. The work ends when the client goes away. */
export function messagesRoute({ speed, running, failures }: Dependencies): FastifyPluginCallback {
  return (app, _options, done) => {
    app.post('/v1/messages', async (request, reply) => {
      const body = readRequest(messagesSchema, request.body)
      const scenario = await scenarioOf(body.model)
      const turn = cutToMaxTokens(turnOf(scenario, body), body.max_tokens)
      const abort = new AbortController()
      running.add(abort)
      reply.raw.once('close', () => {
        running.delete(abort)
        abort.abort()
      })
      return await send(
        reply,
        {
          turn,
          usage: usageOf(body, turn),
          model: body.model,
          failure: failures.next(scenario.name, turn),
          pace: createPace(turn.speed, speed, turn.key, abort.signal),
          signal: abort.signal,
          requestId: request.id,
        },
        body.stream,
      )
    })
    done()
  }
}

function turnOf(scenario: Scenario, body: MessagesRequest): Turn {
  const conversation = readConversation(body)
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
    if (!stream) return await wholeMessage(reply.raw, answer)
    await pace.headers()
    if (failure?.at === 'start') throw apiError(failure)
    reply.hijack()
    await streamMessage(reply.raw, answer)
  } catch (error) {
    if (!signal.aborted) throw error
    // Whoever asked has gone, or the server is closing: there is nobody to tell.
    reply.hijack()
    reply.raw.destroy()
  }
  return reply
}
