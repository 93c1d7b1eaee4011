// As much of an agent loop as a scenario needs to be played for real: the Anthropic SDK on one side, real tools in real
// worktrees on the other.
import Anthropic from '@anthropic-ai/sdk'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolNames, useWorktreeTool } from './worktree-tools.ts'

const run = promisify(execFile)

export interface Session {
  id: string
  agentType: string
  task: string
  branch: string
  worktree: string
  status: 'running' | 'completed' | 'failed' | 'killed'
  summary: string
  messages: Anthropic.MessageParam[]
  children: Session[]
  done: Promise<void>
}

export interface Orders {
  /** What the operator says before a turn of a session; turns count from 1. */
  operator?: (session: Session, turn: number) => string[]
  /** The operator's answer to a question; without one the default is taken. */
  answer?: (session: Session) => string | undefined
  /** Whether to kill a session before a turn. */
  kill?: (session: Session, turn: number) => boolean
  refuseSpawn?: boolean
  /** What the operator says just as a session wants to finish, which it then may not yet. */
  lastWord?: (session: Session) => string | undefined
  /** Whether the orchestrator crashes around a tool call, and on which side of its effect. */
  crash?: (session: Session, tool: string) => 'before' | 'after' | undefined
}

export interface Mission {
  lead: Session
  sessions: Session[]
  /** A bare repository with every branch. */
  repository: string
}

interface Engine {
  client: Anthropic
  model: string
  folder: string
  repository: string
  orders: Orders
  sessions: Session[]
}

type Start = {
  url: string
  model: string
  folder: string
  repository: string
  task: string
  agentType: string
  orders?: Orders
}

/** Plays a mission to its end. `repository` is cloned into `folder`; branches and worktrees appear there. */
export async function playMission(start: Start): Promise<Mission> {
  const { url, model, folder, orders = {} } = start
  const repository = join(folder, 'mirror.git')
  await run('git', ['clone', '--quiet', '--bare', start.repository, repository])
  const client = new Anthropic({ apiKey: 'unused', baseURL: url, maxRetries: 4 })
  const engine: Engine = { client, model, folder, repository, orders, sessions: [] }
  const lead = await startSession(engine, start)
  await lead.done
  await Promise.all(engine.sessions.map(({ done }) => done))
  return { lead, sessions: engine.sessions, repository }
}

async function startSession(
  engine: Engine,
  { task, agentType }: { task: string; agentType: string },
): Promise<Session> {
  const id = `s${engine.sessions.length + 1}`
  const branch = `agent-${id}-t1`
  const worktree = join(engine.folder, branch)
  const session: Session = {
    id,
    agentType,
    task,
    branch,
    worktree,
    status: 'running',
    summary: '',
    messages: [],
    children: [],
    done: Promise.resolve(),
  }
  engine.sessions.push(session)
  await run('git', ['-C', engine.repository, 'worktree', 'add', '--quiet', '-b', branch, worktree, 'main'])
  session.done = loop(engine, session)
  return session
}

async function loop(engine: Engine, session: Session): Promise<void> {
  const { orders } = engine
  let incoming: Anthropic.ContentBlockParam[] = [{ type: 'text', text: session.task }]
  for (let turn = 1; session.status === 'running'; turn += 1) {
    if (orders.kill?.(session, turn)) {
      session.status = 'killed'
      return
    }
    const said = (orders.operator?.(session, turn) ?? []).map(asOperator)
    session.messages.push({ role: 'user', content: [...incoming, ...said] })
    const message = await respond(engine, session)
    session.messages.push({ role: 'assistant', content: message.content })
    const calls = message.content.filter((block) => block.type === 'tool_use')
    if (calls.length === 0) session.status = 'failed'
    incoming = []
    const late = calls.some(({ name }) => name === 'finish') ? orders.lastWord?.(session) : undefined
    for (const { id, name, input } of calls) {
      const result =
        name === 'finish' && late !== undefined
          ? { text: 'Not finished yet: an operator has sent you a message.', isError: true }
          : await useTool(engine, session, name, input as Record<string, string>)
      incoming.push({ type: 'tool_result', tool_use_id: id, content: result.text, is_error: result.isError })
    }
    if (late !== undefined) incoming.push(asOperator(late))
  }
}

/** The SDK retries what fails before the stream; what breaks in the middle of one is asked for again here. */
async function respond({ client, model }: Engine, session: Session): Promise<Anthropic.Message> {
  const { messages } = session
  const request = { model, max_tokens: 8000, system: systemPrompt(session), messages, tools: toolNames.map(asTool) }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.messages.stream(request).finalMessage()
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

function systemPrompt({ id, agentType, branch }: Session): string {
  return `You are an agent.\n\n---\nagent-type: ${agentType}\nsession: ${id}\ntask-id: t1\nbranch: ${branch}\n---\n`
}

function asOperator(text: string): Anthropic.TextBlockParam {
  return { type: 'text', text: `[OPERATOR ana]\n${text}` }
}

function asTool(name: string): Anthropic.Tool {
  return { name, input_schema: { type: 'object' } }
}

async function useTool(engine: Engine, session: Session, name: string, input: Record<string, string>) {
  const json = (value: unknown) => ({ text: JSON.stringify(value), isError: false })
  switch (name) {
    case 'spawn_agent': {
      if (engine.orders.refuseSpawn) return { text: 'the fleet is frozen', isError: true }
      const child = await startSession(engine, { task: input['task'] ?? '', agentType: input['agent_type'] ?? '' })
      session.children.push(child)
      return json({ sessionId: child.id, branch: child.branch })
    }
    case 'wait_for_agents':
      await Promise.all(session.children.map(({ done }) => done))
      return json(
        session.children.map(({ id, agentType, status, branch, summary }) => ({
          sessionId: id,
          agentType,
          status,
          branch,
          summary,
        })),
      )
    case 'ask_operator': {
      const answer = engine.orders.answer?.(session)
      return json({
        answer: answer ?? input['default_answer'],
        answeredBy: answer === undefined ? 'default' : 'operator',
      })
    }
    case 'finish':
      session.status = input['outcome'] === 'completed' ? 'completed' : 'failed'
      session.summary = input['summary'] ?? ''
      return json({ ok: true })
    default: {
      const crash = engine.orders.crash?.(session, name)
      const answer = crash === 'before' ? undefined : await useWorktreeTool(session, name, input)
      return crash || !answer ? { text: 'Interrupted: the orchestrator ended while this ran.', isError: true } : answer
    }
  }
}
