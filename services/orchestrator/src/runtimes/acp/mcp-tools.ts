import type { IncomingMessage, ServerResponse } from 'node:http'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import pLimit from 'p-limit'
import { isLive } from '../../domain/agent-session/index.ts'
import {
  definitionOf,
  refused,
  type Tool,
  type ToolName,
  toolNamed,
  type ToolOutcome,
  toolsFor,
  unknownTool,
} from '../../tools/index.ts'
import type { Run } from '../worktree/index.ts'
import type { Asks } from './asks.ts'
import { callTool } from './call-tool.ts'

/** What it has none of its own for, since it concerns others: git's folder, other agents, people. */
const shared: ReadonlySet<string> = new Set<ToolName>([
  'commit',
  'merge_branch',
  'spawn_agent',
  'wait_for_agents',
  'ask_operator',
  'submit_review',
])
/** Calls that wait for the one before: an agent that asks for more at once is turned away. */
const mostWaiting = 20
const mostBytes = 1024 ** 2

/** Tools of ours for an agent of another maker, over the Model Context Protocol at its sandbox's way out: one request each. */
export function mcpTools(run: Run, asks: Asks): (request: IncomingMessage, response: ServerResponse) => void {
  const inTurn = pLimit(1)
  const call = async (name: string, input: unknown, gone: AbortSignal): Promise<ToolOutcome> => {
    const able = toolsOf(run)
    const tool = toolNamed(name, able)
    if (!tool) return unknownTool(name, able)
    if (inTurn.pendingCount >= mostWaiting) return refused('TOO_MANY_CALLS', 'Too many calls wait already.')
    return inTurn(() => callTool(run, tool, { input, gone, asks }))
  }
  return (request, response) =>
    void answer(request, response, { able: () => toolsOf(run), call }).catch(() => response.destroy())
}

type Answering = {
  readonly able: () => readonly Tool[]
  readonly call: (name: string, input: unknown, gone: AbortSignal) => Promise<ToolOutcome>
}

async function answer(request: IncomingMessage, response: ServerResponse, { able, call }: Answering): Promise<void> {
  // Nothing is told unasked: there is no stream to be opened.
  if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end()
  const body = await bodyOf(request)
  if (body === undefined) return void response.writeHead(413).end()
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const server = new Server({ name: 'mosaic', version: '0.1.0' }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: able().map((tool) => ({ ...definitionOf(tool) })) }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }): Promise<CallToolResult> => {
    const { content, isError } = await call(params.name, params.arguments ?? {}, gone.signal)
    return { content: [{ type: 'text', text: content }], isError }
  })
  const transport = new StreamableHTTPServerTransport({})
  response.once('close', () => void server.close())
  await server.connect(transport)
  await transport.handleRequest(request, response, body)
}

const toolsOf = ({ journal: { session } }: Run): readonly Tool[] =>
  isLive(session) ? toolsFor(session.spec).filter(({ name }) => shared.has(name)) : []

/** `undefined`: it is larger than any call of a tool of ours. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBytes) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    // Refused by the protocol's own words.
    return null
  }
}
