import { subjects, terminalAnswer, type TerminalAnswer, terminalAsk, terminalFrame } from '@mosaic/contracts/messaging'
import type { Msg, NatsConnection } from '@nats-io/nats-core'
import type { Terminals } from './types.ts'

const answersWithinMs = 2_000

type Connected = {
  /** The connection, while it stands. */
  readonly now: () => NatsConnection | undefined
  readonly subscribe: (subject: string, onMessage: (message: Msg) => void) => () => void
}

/** Over core NATS: nothing of it is kept. */
export const terminalsOf = ({ now, subscribe }: Connected): Terminals => ({
  show(workspaceId, frame) {
    now()?.publish(subjects.terminal(workspaceId, frame.sessionId), JSON.stringify(frame))
  },
  watch: (workspaceId, sessionId, listener) =>
    subscribe(subjects.terminal(workspaceId, sessionId), (message) => {
      const frame = terminalFrame.safeParse(jsonOf(message.data))
      if (frame.success) listener(frame.data)
    }),
  serve: (workspaceId, sessionId, answer) =>
    subscribe(subjects.terminalAsked(workspaceId, sessionId), (message) => {
      const asked = terminalAsk.safeParse(jsonOf(message.data))
      if (!asked.success) return
      answer(asked.data).then(
        (said) => message.respond(JSON.stringify(said satisfies TerminalAnswer)),
        // Who asked hears nothing, and asks again or gives up.
        () => undefined,
      )
    }),
  async ask(workspaceId, sessionId, ask) {
    const subject = subjects.terminalAsked(workspaceId, sessionId)
    const answered = await now()
      ?.request(subject, JSON.stringify(ask), { timeout: answersWithinMs })
      .catch(() => undefined)
    return answered && terminalAnswer.safeParse(jsonOf(answered.data)).data
  },
})

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}
