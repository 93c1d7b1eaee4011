import type {
  ApprovalEffect,
  ApprovalOrigin,
  ApprovalPolicy,
  ApprovalReason,
  ApprovalRule,
} from '@mosaic/contracts/approval'
import { fits } from './glob.ts'
import { type Part, partsOf } from './shell-parts.ts'

/** What rules look at of a call. */
export type JudgedCall = {
  readonly tool: string
  readonly command: string | null
  readonly paths: readonly string[]
  readonly hosts: readonly string[]
  /** What its session has cost so far. */
  readonly spentUsd: number
}

/** Policies by whose they are. */
export type Policies = readonly { readonly of: Exclude<ApprovalOrigin, 'session'>; readonly policy: ApprovalPolicy }[]

export type Judgement = {
  readonly effect: ApprovalEffect
  readonly because: ApprovalReason
  readonly policy: ApprovalPolicy
}

const strictness: Readonly<Record<ApprovalEffect, number>> = { allow: 0, ask: 1, deny: 2 }

/** Of each policy the first rule that fits, of all of them the strictest; `undefined` where nobody has said anything. */
export function judge(policies: Policies, call: JudgedCall): Judgement | undefined {
  const parts = call.command === null || policies.length === 0 ? [] : partsOf(call.command)
  return policies
    .map(({ of, policy }): Judgement => {
      const { effect, rule } = judgeBy(policy, call, parts)
      const note = rule === null ? null : (policy.rules[rule - 1]?.note ?? null)
      return { effect, because: { policy: of, rule, note }, policy }
    })
    .reduce<Judgement | undefined>((strictest, next) => stricter(strictest, next), undefined)
}

/** `rule` from 1; `null`: none fits. */
type Verdict = { readonly effect: ApprovalEffect; readonly rule: number | null }

/** What stands first where both are as strict. */
const stricter = <V extends { readonly effect: ApprovalEffect }>(one: V | undefined, other: V): V =>
  one === undefined || strictness[other.effect] > strictness[one.effect] ? other : one

/** Each program that a command starts is judged for itself. */
function judgeBy(policy: ApprovalPolicy, call: JudgedCall, parts: readonly Part[] | null): Verdict {
  const programs: readonly (Part | undefined)[] = parts !== null && parts.length > 0 ? parts : [undefined]
  const verdict = programs
    .map((part) => firstOf(policy, call, part))
    .reduce<Verdict | undefined>((strictest, next) => stricter(strictest, next), undefined)!
  if (parts !== null && !parts.some(({ isOpaque }) => isOpaque)) return verdict
  // What it starts cannot be said: where a rule wants to see that, a person does.
  const wary = policy.rules.findIndex(({ effect, command }) => effect !== 'allow' && command !== undefined)
  return wary < 0 ? verdict : stricter(verdict, { effect: 'ask', rule: wary + 1 })
}

function firstOf(policy: ApprovalPolicy, call: JudgedCall, part: Part | undefined): Verdict {
  const at = policy.rules.findIndex((rule) => isAbout(rule, call, part))
  const rule = policy.rules[at]
  return rule ? { effect: rule.effect, rule: at + 1 } : { effect: policy.otherwise, rule: null }
}

function isAbout(rule: ApprovalRule, call: JudgedCall, part: Part | undefined): boolean {
  if (rule.tool !== undefined && !fits(rule.tool, call.tool)) return false
  if (rule.costAboveUsd !== undefined && call.spentUsd <= rule.costAboveUsd) return false
  if (rule.path !== undefined && !areAbout(rule, rule.path, call.paths, { paths: true })) return false
  if (rule.host !== undefined && !areAbout(rule, rule.host.toLowerCase(), call.hosts)) return false
  return rule.command === undefined || isAboutCommand(rule, rule.command, call.command, part)
}

/** What is allowed is so of all of them; a stricter rule fits where it fits one. */
function areAbout(
  { effect }: ApprovalRule,
  pattern: string,
  texts: readonly string[],
  how: { readonly paths?: boolean } = {},
): boolean {
  const fit = (text: string) => fits(pattern, text, how)
  return effect === 'allow' ? texts.length > 0 && texts.every(fit) : texts.some(fit)
}

/** Stricter rules see the whole command and each program under every name; a milder one only what is called as it says. */
function isAboutCommand(
  { effect }: ApprovalRule,
  pattern: string,
  command: string | null,
  part: Part | undefined,
): boolean {
  if (command === null) return false
  if (effect === 'allow') return part !== undefined && !part.isOpaque && fits(pattern, part.text)
  const texts = [command, ...(part ? [part.text, ...part.others] : [])]
  return texts.some((text) => fits(pattern, text.trim()))
}
