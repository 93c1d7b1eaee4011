import type { KillScope } from './commands.ts'

/** Whether a scope means a session, told by what runs it and, where that asks a model, whose. */
export const isInScope = (
  scope: KillScope,
  { runtime, modelProvider }: { readonly runtime: string; readonly modelProvider: string | null },
): boolean =>
  scope.kind === 'all' || (scope.kind === 'internal' ? runtime === 'internal' : modelProvider === scope.modelProvider)

/** In the words of a sentence: "every agent", "agents on anthropic". */
export function scopeWords(scope: KillScope): string {
  switch (scope.kind) {
    case 'all':
      return 'every agent'
    case 'internal':
      return 'agents that run here'
    case 'model-provider':
      return `agents on ${scope.modelProvider}`
  }
}

export const isSameScope = (a: KillScope, b: KillScope): boolean =>
  a.kind === 'model-provider' && b.kind === 'model-provider' ? a.modelProvider === b.modelProvider : a.kind === b.kind
