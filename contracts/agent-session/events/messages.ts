import { z } from 'zod'
import { event, timestamp, uuid } from '../../kernel/index.ts'
import { session, turn } from './session.ts'

/** What people tell the agent, and what it asks them. */
export const messageEvents = {
  OperatorMessageInjected: event(
    z.object({
      ...session,
      messageId: uuid,
      text: z.string(),
      operatorName: z.string(),
      /** The question it answers, when the agent was waiting for one. */
      questionId: z.string().nullable(),
    }),
  ),
  OperatorMessageDelivered: event(z.object({ ...session, messageId: uuid, turn, questionId: z.string().nullable() })),
  AgentWaitingForOperator: event(
    z.object({
      ...session,
      questionId: z.string(),
      question: z.string(),
      options: z.array(z.string()),
      defaultAnswer: z.string().nullable(),
      expiresAt: timestamp.nullable(),
    }),
  ),
  OperatorQuestionExpired: event(z.object({ ...session, questionId: z.string(), answer: z.string() })),
} as const
