import { createHash } from 'node:crypto'
import type { CustomPattern } from './custom-pattern.ts'

/** By it a person names a secret, without anybody repeating it. */
export const fingerprintOf = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 12)

/** What people of a workspace have said of secrets: patterns of their own, and what is none though it looks like one. */
export type WorkspaceRules = {
  readonly patterns: readonly CustomPattern[]
  /** Fingerprints. */
  readonly allowed: ReadonlySet<string>
}

const none: WorkspaceRules = { patterns: [], allowed: new Set() }

/** The rules of workspaces, as they are known to this process. Who covers secrets asks anew each time. */
export class SecretRules {
  readonly #byWorkspace = new Map<string, WorkspaceRules>()

  set(workspaceId: string, rules: WorkspaceRules): void {
    this.#byWorkspace.set(workspaceId, rules)
  }

  of(workspaceId: string | undefined): WorkspaceRules {
    return (workspaceId !== undefined && this.#byWorkspace.get(workspaceId)) || none
  }
}
