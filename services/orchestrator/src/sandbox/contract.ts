import type { Readable, Writable } from 'node:stream'
import type { HostRule, Network, SandboxGuarantees, SandboxKind } from '@mosaic/contracts/agent-session'
import type { Rejection, Result } from '@mosaic/contracts/kernel'
import type { Connections, Services } from '../egress/index.ts'

export type SandboxLimits = {
  readonly memoryBytes: number
  /** CPUs' worth of time, fractions allowed. */
  readonly cpus: number
  /** Processes and threads. */
  readonly pids: number
  /** Size of the sandbox's own /tmp. */
  readonly tmpBytes: number
  /** The largest single file that a command may write. */
  readonly fileBytes: number
}

export const defaultLimits: SandboxLimits = {
  memoryBytes: 2 * 1024 ** 3,
  cpus: 2,
  pids: 512,
  tmpBytes: 512 * 1024 ** 2,
  fileBytes: 1024 ** 3,
}

export type SandboxSpec = {
  readonly sessionId: string
  /** Absolute. Appears at the same path inside, as the only writable place besides /tmp. */
  readonly worktreePath: string
  readonly limits?: Partial<SandboxLimits>
  /** Absolute paths shown read-only at the same place, e.g. the git mirror that the worktree belongs to. */
  readonly readOnlyPaths?: readonly string[]
  /** Absolute folders in which commands may write as well. */
  readonly writablePaths?: readonly string[]
  /** A folder of the session's own beside its worktree, written by it and counted like it; as private. */
  readonly statePath?: string
  /** Folders of programs, shown read-only; what is in their `bin` goes before what the sandbox has. */
  readonly toolchains?: readonly string[]
  /** A second place at which the worktree appears: one that is the same for all, for what writes down where it is. */
  readonly alias?: string
  /** For Docker, in place of the usual one. */
  readonly image?: string
  /** Besides what every command sees, and before it. */
  readonly environment?: Readonly<Record<string, string>>
  /** What its programs may reach; none where it is not given. Other hosts may be allowed later, `none` is for good. */
  readonly network?: Network
  /** What of ours its programs may speak to. Plain processes have no border at which that could be. */
  readonly services?: Services
  /** PEM, of authorities that its programs trust out there besides those that they trust anyway. */
  readonly certificates?: string
  /** Is told who went out, or tried to; the next time only when it has settled. */
  readonly onConnections?: (connections: Connections) => Promise<void>
  /** Aborted once nobody wants it any more: where making one takes long, `create` rejects then, and nothing of it is left. */
  readonly signal?: AbortSignal
}

/** The one way out of a sandbox that was made with hosts. */
export type SandboxNetwork = {
  /** From now on these hosts and no others: connections to others are cut. */
  allow(hosts: readonly HostRule[]): Promise<void>
}

export type ExecOptions = {
  /** Milliseconds; time spent frozen does not count. At its end the command and its children get SIGKILL. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Per stream: beginning and end are kept, with a note of how much was left out between them. */
  readonly maxOutputBytes: number
}

export type ExecResult = {
  /** As a shell says it: 128 + n after signal n. null when we ended it: timeout, abort, or the sandbox's end. */
  readonly exitCode: number | null
  readonly signal: 'SIGKILL' | null
  readonly stdout: string
  readonly stderr: string
  readonly truncated: boolean
  readonly timedOut: boolean
  readonly aborted: boolean
  /** Why it was ended for want of room on the disk, in words for the agent. */
  readonly full?: string
  readonly durationMs: number
}

/**
 * One session's place to run commands. Processes that a command leaves behind live on between commands
 * (a dev server, say) and end with the sandbox.
 */
export interface Sandbox {
  readonly kind: SandboxKind
  /** The container's id, the sandbox's pid namespace, or the mark that its processes carry. */
  readonly id: string
  readonly guarantees: SandboxGuarantees
  readonly network: SandboxNetwork | null
  /** Runs `sh -c command` in the worktree; several at once are fine. Throws SandboxGoneError once it has ended. */
  exec(command: string, options: ExecOptions): Promise<ExecResult>
  /** Stops every process where it is (SIGSTOP or the container's freezer). Running timeouts stand still too. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /**
   * Does something on the worktree from outside while nothing inside can change it between a check and its use.
   * A pause that comes or goes meanwhile keeps its effect.
   */
  whileStill<T>(action: () => Promise<T>): Promise<T>
  /** SIGKILL to everything that commands have started; the sandbox itself stays and takes new ones. */
  endAll(): Promise<void>
  /** SIGKILL to the whole tree, also to what daemonised; answers how many processes were alive then. */
  signalKill(): Promise<{ signalled: number }>
  /** Waits until the tree is gone, or `timeoutMs` have passed. */
  awaitExit(timeoutMs: number): Promise<{ exited: boolean }>
  /** Host pids that are alive in the sandbox now, read from the kernel (or the engine): empty = proven gone. */
  descendants(): Promise<number[]>
  /** Kills what is left and gives back what the sandbox held on the host. Twice is fine; the worktree stays. */
  dispose(): Promise<void>
}

/** A program of ours that looks at what an agent wrote, e.g. git: as little as an agent it may touch anything else. */
export type OneShot = {
  /** For `sh -c`. Finds its scratch folder, gone with it, in TMPDIR. */
  readonly script: string
  readonly folder: string
  /** Absolute, shown at the same place; later ones lie over earlier ones. */
  readonly mounts: readonly Mount[]
  readonly environment: Readonly<Record<string, string>>
  readonly limits: SandboxLimits
}

/** `at`: where it is shown, if not at its own path. */
export type Mount = { readonly path: string; readonly writable: boolean; readonly at?: string }

export type RunningOneShot = {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Once nothing of it runs any more; null when it was killed. Never rejects. */
  readonly exitCode: Promise<number | null>
  kill(): void
}

export type Availability =
  | { readonly ok: true; readonly guarantees: SandboxGuarantees }
  | { readonly ok: false; readonly reason: string }

export interface SandboxProvider {
  readonly kind: SandboxKind
  /** Runs something trivial for real. */
  available(): Promise<Availability>
  /** Throws SandboxStartError. */
  create(spec: SandboxSpec): Promise<Sandbox>
  /** A sandbox of its own for one program, no network, that ends with it. Throws SandboxStartError. */
  runOnce(program: OneShot): Promise<RunningOneShot>
  /** After a crash of the orchestrator: ends whatever is left of that session and frees what it held. */
  reattachOrCleanUp(sessionId: string): Promise<void>
}

export type SandboxUnavailable = Rejection<'SANDBOX_UNAVAILABLE'>

export type ProviderChoice = {
  readonly provider: SandboxProvider
  readonly guarantees: SandboxGuarantees
  /** Better kinds that did not answer, with the reason, in the order in which they were tried. */
  readonly passedOver: readonly { readonly kind: SandboxKind; readonly reason: string }[]
}

export type ChooseProvider = (preference?: SandboxKind) => Promise<Result<ProviderChoice, SandboxUnavailable>>

/** The sandbox ended (killed, disposed, or its first process died) and can run nothing any more. */
export class SandboxGoneError extends Error {
  override readonly name = 'SandboxGoneError'
}

export class SandboxStartError extends Error {
  override readonly name = 'SandboxStartError'
}
