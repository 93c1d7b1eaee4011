import { approvalPolicy, type ApprovalPolicy, type ApprovalRule } from '@mosaic/contracts/approval'

/** A policy in the fields of a form, as it was typed. */
export type PolicyForm = { rules: RuleForm[]; otherwise: string; waitSeconds: string; atTimeout: string }
export type RuleForm = Record<'effect' | RuleField, string>
type RuleField = (typeof ruleFields)[number]['name']

/** What a rule may name. */
export const ruleFields = [
  { name: 'tool', label: 'Tool', placeholder: 'shell' },
  { name: 'command', label: 'Command', placeholder: 'git push*' },
  { name: 'path', label: 'Path', placeholder: '**/.env' },
  { name: 'host', label: 'Host', placeholder: '*.example.com' },
  { name: 'costAboveUsd', label: 'Cost above, US dollars', placeholder: '2' },
  { name: 'note', label: 'Note', placeholder: 'Somebody looks first.' },
] as const satisfies readonly { name: keyof ApprovalRule; label: string; placeholder: string }[]

export const emptyRule = (): RuleForm => ({
  effect: 'ask',
  tool: '',
  command: '',
  path: '',
  host: '',
  costAboveUsd: '',
  note: '',
})

/** Where there is none, the form begins with what counts then. */
export function formOf(policy: ApprovalPolicy | null): PolicyForm {
  const { rules, otherwise, waitSeconds, atTimeout } = policy ?? approvalPolicy.parse({})
  return { rules: rules.map(ruleForm), otherwise, waitSeconds: String(waitSeconds), atTimeout }
}

const ruleForm = ({ effect, ...rest }: ApprovalRule): RuleForm => ({
  ...emptyRule(),
  ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
  effect,
})

type Read =
  | { readonly policy: ApprovalPolicy; readonly errors?: undefined }
  | { readonly policy?: undefined; readonly errors: Record<string, string> }

/** The policy that was typed, or what is wrong with it, by field as the gateway names them: `rules[0].path`. */
export function policyOf({ rules, otherwise, waitSeconds, atTimeout }: PolicyForm): Read {
  const read = approvalPolicy.safeParse({
    rules: rules.map(ruleOf),
    otherwise,
    ...(waitSeconds.trim() !== '' && { waitSeconds: Number(waitSeconds) }),
    atTimeout,
  })
  if (read.success) return { policy: read.data }
  return { errors: Object.fromEntries(read.error.issues.map(({ path, message }) => [fieldOf(path), message])) }
}

function ruleOf({ effect, costAboveUsd, ...texts }: RuleForm): unknown {
  const named = Object.entries(texts).filter(([, text]) => text.trim() !== '')
  const cost = costAboveUsd.trim() === '' ? {} : { costAboveUsd: Number(costAboveUsd) }
  return { effect, ...Object.fromEntries(named), ...cost }
}

const fieldOf = (path: readonly PropertyKey[]): string =>
  path.map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${String(step)}`)).join('')

/** The same names from an answer of the gateway, whose fields are those of the request around it. */
export const fieldsOfPolicy = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([field, message]) => [field.replace(/^policy\.?/, ''), message]))
