import type { Upcast } from '../kernel/index.ts'
import { titleOf } from './title.ts'

/** Version 1 knew tasks that came with a spawn alone. */
export const createdV1: Upcast = ({ description, ...rest }) => ({
  ...rest,
  title: typeof description === 'string' ? titleOf(description) : description,
  instructions: description,
  externalKey: null,
  plan: null,
})

/** Version 1 failed with a session always. */
export const failedV1: Upcast = (data) => data

/** Plans said nothing of what agents may use, nor of where they may run. */
export const withTerms: Upcast = ({ plan, ...rest }) => ({
  ...rest,
  plan: isObject(plan) && isObject(plan['spawn']) ? { ...plan, spawn: { ...noTerms, ...plan['spawn'] } } : plan,
})

/** They said nothing of what agents may do, which only their spawns did. */
export const withApprovals: Upcast = ({ plan, ...rest }) => ({
  ...rest,
  plan: isObject(plan) && isObject(plan['spawn']) ? { ...plan, spawn: { approvals: null, ...plan['spawn'] } } : plan,
})

const noTerms = { budget: null, network: null, skills: null, labels: [], timeoutSeconds: null }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
