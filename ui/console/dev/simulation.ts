import type { AgentType } from '@mosaic/contracts/agent-session'
import { newId } from '@mosaic/contracts/kernel'
import { setTimeout as wait } from 'node:timers/promises'
import type { Store } from './store.ts'

const sentences = [
  'The failing test is `sums an empty cart`. **`total()`** reduces without an initial value, so an empty list throws. I will give it one.',
  'Reading the code around it first.\n\n- `src/cart.js` holds the arithmetic\n- `src/discount.js` rounds before it adds, which loses a cent\n\nI will fix the first and leave a note about the second.',
  'Tests pass now. Here is what changed:\n\n```js\nexport const total = (items) =>\n  items.reduce((sum, { price, count }) => sum + price * count, 0)\n```\n\nOne line, and the empty cart is worth nothing.',
  'I looked for other callers that rely on the exception. There are none; `checkout.js` already guards against it.',
]
const calls: [name: string, input: Record<string, unknown>, output: string][] = [
  [
    'read_file',
    { path: 'src/cart.js' },
    'export const total = (items) =>\n  items.reduce((sum, item) => sum + item.price * item.count)\n',
  ],
  [
    'shell',
    { command: 'npm test -- --reporter=dot' },
    '.....x..\n\n1 failing\n  sums an empty cart\n  TypeError: Reduce of empty array with no initial value',
  ],
  ['edit_file', { path: 'src/cart.js', old_text: 'item.count)', new_text: 'item.count, 0)' }, 'ok'],
  ['search', { pattern: 'total\\(', glob: 'src/**/*.js' }, 'src/checkout.js:12\nsrc/receipt.js:4'],
]
const usage = { inputTokens: 2140, outputTokens: 180, cacheReadTokens: 900, cacheWriteTokens: 0, costUsd: 0.0091 }

export type Spawn = {
  name: string
  agentType: AgentType
  task: string
  parent?: string
  mission: string
}

/** One agent that talks and calls tools for ever, slowly; what operators do to it takes effect as in the real thing. */
export class Agent {
  readonly sessionId = newId()
  readonly #store: Store
  readonly #abort = new AbortController()
  #turn = 0
  #undelivered: { messageId: string; questionId: string | null }[] = []
  #asks: boolean

  constructor(store: Store, spawn: Spawn, asks = false) {
    this.#store = store
    this.#asks = asks
    store.append(this.sessionId, 'AgentSpawnRequested', {
      parentSessionId: spawn.parent ?? null,
      missionId: spawn.mission,
      taskId: newId(),
      taskSource: 'internal',
      agentType: spawn.agentType,
      name: spawn.name,
      task: spawn.task,
      runtime: { kind: 'internal', modelProvider: 'scripted', model: 'scripted:demo', maxTurns: 200 },
      workplace: { kind: 'worktree', repository: '/srv/demo/shop', baseBranch: 'main', sandbox: null },
    })
    store.append(this.sessionId, 'AgentSpawned', {
      place: {
        kind: 'worktree',
        sandbox: {
          kind: 'bubblewrap',
          id: 'bw-1',
          guarantees: {
            filesystem: true,
            network: true,
            syscalls: true,
            memory: true,
            cpu: false,
            pids: true,
            disk: true,
          },
        },
        worktree: `/srv/git/worktrees/agent-${this.sessionId}`,
        branch: `agent-${this.sessionId.slice(-6)}`,
        baseCommit: '4f2d1c0b9a8e7d6c5b4a39281706f5e4d3c2b1a0',
      },
    })
    store.append(this.sessionId, 'AgentStarted', { resumed: false })
    this.#record('user', [{ type: 'text', text: spawn.task }])
  }

  get #view() {
    return this.#store.sessions.get(this.sessionId)!
  }

  #record(role: string, content: object[], messageId = newId()): void {
    const data = { messageId, turn: this.#turn, role, content, usage: role === 'agent' ? usage : null }
    this.#store.append(this.sessionId, 'MessageRecorded', { ...data, stopReason: null, model: null })
  }

  async run(wordMs: number): Promise<void> {
    try {
      for (;;) await this.#step(wordMs)
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error
    }
  }

  async #step(wordMs: number): Promise<void> {
    while (this.#view.status === 'paused' || this.#view.status === 'waiting') await this.#wait(60)
    this.#turn++
    for (const { messageId, questionId } of this.#undelivered.splice(0)) {
      this.#store.append(this.sessionId, 'OperatorMessageDelivered', { messageId, turn: this.#turn, questionId })
    }
    await this.#speak(sentences[this.#turn % sentences.length]!, wordMs)
    const [name, input, output] = calls[this.#turn % calls.length]!
    const toolCallId = `toolu_${newId()}`
    this.#store.append(this.sessionId, 'ToolInvoked', { toolCallId, turn: this.#turn, name, input })
    await this.#wait(wordMs * 10)
    const done = {
      toolCallId,
      turn: this.#turn,
      name,
      output,
      isError: this.#turn % 7 === 6,
      durationMs: wordMs * 10,
      interrupted: false,
    }
    this.#store.append(this.sessionId, 'ToolCompleted', done)
    if (this.#turn % 3 === 2) this.#commit()
    if (this.#asks && this.#turn === 2) this.#ask()
    if (this.#view.pending === 'pause') this.#store.append(this.sessionId, 'AgentPaused', {})
    if (this.#view.pending === 'terminate') {
      this.#store.append(this.sessionId, 'AgentCompleted', { outcome: 'terminated', summary: 'Stopped where it was.' })
      this.#abort.abort()
    }
    await this.#wait(wordMs * 6)
  }

  async #speak(text: string, wordMs: number): Promise<void> {
    const live = { sessionId: this.sessionId, messageId: newId() }
    this.#store.say({ ...live, kind: 'started', turn: this.#turn })
    let offset = 0
    for (const word of text.split(/(?<=\s)/)) {
      this.#store.say({ ...live, kind: 'delta', block: 0, blockType: 'text', toolName: null, offset, text: word })
      offset += word.length
      await this.#wait(wordMs)
    }
    this.#record('agent', [{ type: 'text', text }], live.messageId)
  }

  #commit(): void {
    const data = {
      commit: newId().replaceAll('-', ''),
      branch: this.#view.branch ?? '',
      message: 'fix: an empty cart is worth nothing',
    }
    this.#store.append(this.sessionId, 'CommitRecorded', {
      ...data,
      files: 2,
      insertions: 12,
      deletions: 3,
      push: { state: 'pushed', as: data.branch },
      merged: null,
    })
  }

  #ask(): void {
    this.#store.append(this.sessionId, 'AgentWaitingForOperator', {
      questionId: newId(),
      question: 'Should the guide describe the discount rules as they are, or as the issue says they should be?',
      options: ['As they are', 'As the issue says', 'Both, side by side'],
      defaultAnswer: 'As they are',
      expiresAt: new Date(Date.now() + 10 * 60_000).toISOString(),
    })
  }

  inject(text: string, operatorName: string): void {
    const message = { messageId: newId(), questionId: this.#view.waiting?.questionId ?? null }
    this.#store.append(this.sessionId, 'OperatorMessageInjected', { ...message, text, operatorName }, operator)
    if (message.questionId === null) this.#undelivered.push(message)
    else this.#store.append(this.sessionId, 'OperatorMessageDelivered', { ...message, turn: this.#turn + 1 })
  }

  command(verb: string): void {
    if (verb === 'pause') this.#store.append(this.sessionId, 'AgentPauseRequested', { reason: null }, operator)
    if (verb === 'terminate')
      this.#store.append(this.sessionId, 'AgentTerminateRequested', { note: null, tree: false }, operator)
    if (verb === 'resume') {
      this.#store.append(this.sessionId, 'AgentResumeRequested', {}, operator)
      this.#store.append(this.sessionId, 'AgentResumed', {})
    }
    if (verb === 'kill') void this.#kill()
  }

  async #kill(): Promise<void> {
    this.#abort.abort()
    this.#store.append(this.sessionId, 'AgentKillRequested', { reason: null, killAllId: null, tree: false }, operator)
    const steps = [
      ['AgentKillSignalled', { sent: { kind: 'process', signal: 'SIGKILL', processes: 6 } }],
      ['AgentKillExitObserved', {}],
      ['AgentDescendantsCleared', { survivors: 0 }],
      ['AgentKilled', { latencyMs: 210, proof: 'kernel' }],
      ['AgentResourcesReleased', { sandboxRemoved: true, worktreeRemoved: true, leftWork: null }],
    ] as const
    for (const [type, data] of steps) {
      await wait(150)
      this.#store.append(this.sessionId, type, data)
    }
  }

  #wait(milliseconds: number): Promise<void> {
    return wait(milliseconds, undefined, { signal: this.#abort.signal })
  }
}

export const operator = { kind: 'operator' as const, id: 'local', name: 'Ada' }
