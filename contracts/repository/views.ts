import { z } from 'zod'
import { sandboxKind } from '../agent-session/index.ts'
import { timestamp } from '../kernel/index.ts'
import { settingsHash, settingsSource } from './settings.ts'

/** What an operator has last decided about settings, and when. */
export const settingsDecision = z.object({
  decision: z.enum(['approved', 'revoked']),
  /** Their name. */
  by: z.string(),
  at: timestamp,
})
export type SettingsDecision = z.infer<typeof settingsDecision>

/** The settings that hold for a branch of a repository. */
export const settingsView = z.object({
  source: settingsSource,
  hash: settingsHash,
  text: z.string(),
  approved: z.boolean(),
  /** `null`: nobody has ever decided about these. */
  decided: settingsDecision.nullable(),
  /** What they permit, a sentence each. */
  permits: z.array(z.string()),
  /** What is wrong with them, with line and field: no agent is spawned until it is mended. */
  problem: z.string().nullable(),
})
export type SettingsView = z.infer<typeof settingsView>

/** What a person's checkout has that no commit holds. */
export const localChanges = z.object({
  /** What is checked out; `null`: no branch. */
  branch: z.string().nullable(),
  files: z.int().min(0),
  insertions: z.int().min(0),
  deletions: z.int().min(0),
})
export type LocalChanges = z.infer<typeof localChanges>

/** A folder of the host that agents can be shown, by the name that settings call it by. */
export const toolchain = z.object({
  name: z.string(),
  path: z.string(),
  /** Programs in it that repositories are built with. */
  programs: z.array(z.string()),
})
export type Toolchain = z.infer<typeof toolchain>

/** What Mosaic sees in a repository at a branch, and what it proposes for it. */
export const repositoryInspection = z.object({
  repository: z.string(),
  branch: z.string(),
  commit: z.string(),
  branches: z.int(),
  languages: z.array(z.object({ name: z.string(), files: z.int() })),
  packageManagers: z.array(z.object({ name: z.string(), manifest: z.string(), lockfile: z.string().nullable() })),
  testCommands: z.array(z.string()),
  /** Files that tell agents how to work here. */
  instructions: z.array(z.string()),
  submodules: z.array(z.string()),
  lfs: z.boolean(),
  /** `null`: there is no checkout, or it could not be looked at, and `changesUnknown` says why. */
  changes: localChanges.nullable(),
  changesUnknown: z.string().nullable(),
  host: z.object({
    /** The kind that an agent would get; `null`: none works here. */
    sandbox: sandboxKind.nullable(),
    toolchains: z.array(toolchain),
  }),
  settings: settingsView.nullable(),
  /** The text of a settings file. */
  proposal: z.string(),
})
export type RepositoryInspection = z.infer<typeof repositoryInspection>
