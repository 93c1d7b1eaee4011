import { z } from 'zod'
import { approvalPolicy, approvalsAsked } from '../approval/index.ts'
import { budgetTerms, budgetTermsAsked } from '../budget/index.ts'
import { line } from '../kernel/index.ts'
import { network } from './network.ts'

/** What a worker must have for a session to run on it: `gpu`, `eu-west`, `zone=b`. */
export const workerLabel = z.string().regex(/^[a-z0-9][a-z0-9._=-]{0,62}$/, {
  error: 'expected small letters, digits, ".", "_", "=" or "-", a letter or a digit first, at most 63',
})

const timeoutSeconds = z
  .int()
  .min(1)
  .max(30 * 86_400)

/** As it was asked for: what is no host is none that is reached. */
const reach = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('hosts'), hosts: z.array(z.string()) }),
])

/** What a session may use and where it may run. What is `null` is as the instance and the repository have it. */
export const terms = {
  budget: budgetTerms.nullable(),
  /** Narrower than the repository's settings, never wider. */
  network: reach.nullable(),
  /** Of the repository's skills those that it is told of. */
  skills: z.array(z.string()).nullable(),
  /** What it may do, of its task alone: what its workspace and its mission say counts besides. */
  approvals: approvalPolicy.nullable(),
  labels: z.array(workerLabel),
  /** What somebody else calls its task. */
  externalKey: z.string().nullable(),
  timeoutSeconds: timeoutSeconds.nullable(),
} as const

/** The same as a person or a program asks for it. */
export const termsAsked = {
  budget: budgetTermsAsked.optional(),
  network: network.optional(),
  skills: z.array(line(64)).max(50).optional(),
  /** A policy, or `allow` or `ask` for short. */
  approvals: approvalsAsked.optional(),
  labels: z.array(workerLabel).max(20).default([]),
  timeoutSeconds: timeoutSeconds.optional(),
} as const
