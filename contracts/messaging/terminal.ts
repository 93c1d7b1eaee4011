import { z } from 'zod'
import { typist } from '../agent-session/terminal.ts'
import { uuid } from '../kernel/index.ts'

const frame = { sessionId: uuid, seq: z.int().min(0) }
const size = { columns: z.int().min(1), rows: z.int().min(1) }

/**
 * What the terminal of a session shows right now. Not events: who has missed one is given the `screen` again, which holds all
 * up to its `seq`; each other frame follows on the one before it by one.
 */
export const terminalFrame = z.discriminatedUnion('kind', [
  /** All of it: what a terminal that is told `text` shows. */
  z.object({ ...frame, kind: z.literal('screen'), ...size, text: z.string(), controller: typist.nullable() }),
  /** What its programs wrote. Whatever a terminal does when it is told this, hostile programs make it do. */
  z.object({ ...frame, kind: z.literal('output'), text: z.string() }),
  z.object({ ...frame, kind: z.literal('size'), ...size }),
  z.object({ ...frame, kind: z.literal('control'), controller: typist.nullable() }),
  z.object({ ...frame, kind: z.literal('ended') }),
])
export type TerminalFrame = z.infer<typeof terminalFrame>
export type TerminalScreen = Extract<TerminalFrame, { kind: 'screen' }>

/** What is asked of whoever runs a session's terminal. */
export const terminalAsk = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('look') }),
  z.object({ kind: z.literal('type'), operatorId: z.string(), text: z.string() }),
  z.object({ kind: z.literal('resize'), operatorId: z.string(), ...size }),
])
export type TerminalAsk = z.infer<typeof terminalAsk>

export const terminalAnswer = z.union([
  z.object({ ok: z.literal(true), screen: terminalFrame.nullable() }),
  z.object({ ok: z.literal(false), code: z.enum(['TERMINAL_NOT_HELD', 'TERMINAL_BUSY']), message: z.string() }),
])
export type TerminalAnswer = z.infer<typeof terminalAnswer>
