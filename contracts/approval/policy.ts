import { z } from 'zod'
import { line } from '../kernel/index.ts'

/** What becomes of a call: it is made, a person is asked, it is refused. From the mildest to the strictest. */
export const approvalEffect = z.enum(['allow', 'ask', 'deny'])
export type ApprovalEffect = z.infer<typeof approvalEffect>

const glob = (most: number) => line(most).refine((text) => !/\p{Cc}/u.test(text), 'expected no control characters')

/** All that it names has to fit; one that names nothing fits every call. docs/approvals.md has the grammar of the patterns. */
export const approvalRule = z.strictObject({
  effect: approvalEffect,
  tool: glob(200).optional(),
  command: glob(500).optional(),
  path: glob(500).optional(),
  host: glob(253).optional(),
  /** Fits once the session has cost more than this, in US dollars. */
  costAboveUsd: z.number().min(0).max(1_000_000).optional(),
  /** Why, for whoever is asked or refused. */
  note: line(200).optional(),
})
export type ApprovalRule = z.infer<typeof approvalRule>

const day = 86_400

/** The first rule that fits counts; `otherwise` where none does. */
export const approvalPolicy = z.strictObject(
  {
    rules: z.array(approvalRule).max(200).default([]),
    otherwise: approvalEffect.default('allow'),
    /** How long a person is waited for, and what counts when nobody has said anything by then. */
    waitSeconds: z
      .int()
      .min(1)
      .max(30 * day)
      .default(day),
    atTimeout: z.enum(['deny', 'allow']).default('deny'),
  },
  { error: 'expected a policy with rules, otherwise, waitSeconds, atTimeout; or "allow" or "ask"' },
)
export type ApprovalPolicy = z.infer<typeof approvalPolicy>

/** Two policies that have a name: nothing is asked, everything is. */
export const approvalShortForm = z.enum(['allow', 'ask'])
export type ApprovalShortForm = z.infer<typeof approvalShortForm>

/** A policy as a person or a program asks for it. */
export const approvalsAsked = z.preprocess(
  (given: ApprovalShortForm | z.input<typeof approvalPolicy>) =>
    given === 'allow' || given === 'ask' ? { otherwise: given } : given,
  approvalPolicy,
)
