import type { z } from 'zod'
import type { gatewayRoutes, RejectionCode } from '../http/index.ts'
import type { Rejection, Result } from '../kernel/index.ts'
import type { OperatorView } from '../operator/index.ts'

type Routes = typeof gatewayRoutes
type Answer<Value> = Promise<Result<Value, Rejection<RejectionCode>>>
/** What a route of the gateway answers, or why it does not. */
type AnswerOf<Name extends keyof Routes> = Answer<z.output<Routes[Name]['answer']>>
type Query<Name extends 'sessions' | 'messages'> = Omit<z.output<Routes[Name]['query']>, 'after'>
type Body<Name extends 'inject' | 'pause' | 'resume' | 'retryModelCall' | 'terminate' | 'kill'> = z.output<
  Routes[Name]['body']
>

/** Who looks on, and from when on: with `after` only once what is answered has come that far in the log. */
export type Viewer = { readonly workspaceId: string; readonly after?: string | undefined }

/** Who asks for something to be done. The same `commandId` again is the same command, and changes nothing. */
export type Sender = Pick<OperatorView, 'operatorId' | 'name' | 'workspaceId'> & {
  readonly commandId: string
  readonly traceparent?: string | undefined
}

/** One reader's end of a session's stream. Frames go out at once; how much still waits to be read is the reader's pace. */
export type StreamReader = {
  /** `frame` is the JSON of a StreamFrame, serialised once for everyone; `cursor` is where to resume after it. */
  send(frame: string, cursor?: string): void
  /** Too much is waiting to be read. */
  isFull(): boolean
  /** Settles when there is room again: `false` when that took too long. */
  drained(): Promise<boolean>
}

export type StreamSubscription = {
  unsubscribe(): void
  /** Settles when nothing more comes: unsubscribed, or the reader was too slow. Rejects when the stream has failed. */
  readonly ended: Promise<void>
}

/** Through what people see and steer sessions, whatever runs them. Refusals are answers; only faults are thrown. */
export type AgentProvider = {
  /** A page of them, newest first. */
  listSessions(query: Query<'sessions'>, viewer: Viewer): AnswerOf<'sessions'>
  getSession(sessionId: string, viewer: Viewer): AnswerOf<'session'>
  getMessages(sessionId: string, query: Query<'messages'>, viewer: Viewer): AnswerOf<'messages'>
  /**
   * History above `afterRevision` (-1 for all), then what comes, without a gap or a repeat at the seam.
   * @param from.open Called once it is known that the viewer may read: the reader's end.
   */
  subscribeToMessages(
    sessionId: string,
    from: { readonly afterRevision: number; readonly open: () => StreamReader },
    viewer: Viewer,
  ): Answer<StreamSubscription>
  injectMessage(sessionId: string, message: Body<'inject'>, sender: Sender): AnswerOf<'inject'>
  pause(sessionId: string, request: Body<'pause'>, sender: Sender): AnswerOf<'pause'>
  resume(sessionId: string, request: Body<'resume'>, sender: Sender): AnswerOf<'resume'>
  /** Ends a wait for the model: it is called now. */
  retryModelCall(sessionId: string, request: Body<'retryModelCall'>, sender: Sender): AnswerOf<'retryModelCall'>
  terminate(sessionId: string, request: Body<'terminate'>, sender: Sender): AnswerOf<'terminate'>
  kill(sessionId: string, request: Body<'kill'>, sender: Sender): AnswerOf<'kill'>
}
