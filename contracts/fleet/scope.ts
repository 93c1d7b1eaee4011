import type { KillScope } from './commands.ts'

/** What a scope asks of a session. */
export type Scoped = {
  readonly sessionId: string
  readonly missionId: string
  readonly runtime: string
  /** Who answers its model calls, where it makes any. */
  readonly modelProvider: string | null
  /** Who runs it, where that is known. */
  readonly workerId: string | null
  /** All that it descends from. */
  readonly ancestors: readonly string[]
}

export function isInScope(scope: KillScope, session: Scoped): boolean {
  switch (scope.kind) {
    case 'all':
      return true
    case 'mission':
      return session.missionId === scope.missionId
    case 'runtime':
      return session.runtime === scope.runtime
    case 'modelProvider':
      return session.modelProvider === scope.modelProvider
    case 'worker':
      return session.workerId === scope.workerId
    case 'subtree':
      return session.sessionId === scope.sessionId || session.ancestors.includes(scope.sessionId)
  }
}

/** In the words of a sentence: "every agent", "agents on anthropic". */
export function scopeWords(scope: KillScope): string {
  switch (scope.kind) {
    case 'all':
      return 'every agent'
    case 'mission':
      return `agents of the mission ${scope.missionId}`
    case 'runtime':
      return scope.runtime === 'internal' ? 'agents that run here' : `agents that ${scope.runtime} runs`
    case 'modelProvider':
      return `agents on ${scope.modelProvider}`
    case 'worker':
      return `agents on the worker ${scope.workerId}`
    case 'subtree':
      return `the agent ${scope.sessionId} and all below it`
  }
}

/** In a word, for lists. */
export function scopeName(scope: KillScope): string {
  switch (scope.kind) {
    case 'all':
      return 'all'
    case 'mission':
      return `mission ${scope.missionId}`
    case 'runtime':
      return scope.runtime
    case 'modelProvider':
      return scope.modelProvider
    case 'worker':
      return `worker ${scope.workerId}`
    case 'subtree':
      return `tree ${scope.sessionId}`
  }
}

export const isSameScope = (a: KillScope, b: KillScope): boolean => scopeKey(a) === scopeKey(b)

/** The kind, and whom of it: a scope has one field besides. */
const scopeKey = ({ kind, ...whom }: KillScope): string => [kind, ...Object.values(whom)].join('/')
