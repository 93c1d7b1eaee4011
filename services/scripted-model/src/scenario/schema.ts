// The shape of a scenario file. Parsing also compiles: regular expressions and templates come out ready to use.
import { z } from 'zod'
import { Template, TemplateError } from './template.ts'

const identifier = z.string().regex(/^[A-Za-z0-9][\w-]*$/, 'must be letters, digits, "-" and "_"')

/** Case-insensitive, `^` and `$` at line ends: what one expects when matching prose and command output. */
const pattern = z.string().transform((source, ctx) => {
  try {
    return new RegExp(source, 'im')
  } catch (error) {
    ctx.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'not a regular expression' })
    return z.NEVER
  }
})

const template = z.string().transform((source, ctx) => compileText(source, ctx, []))

/** JSON whose strings are templates, however deep. */
const templated = z.json().transform((value, ctx) => compileDeep(value, ctx, []))

export type Templated = Template | number | boolean | null | Templated[] | { [key: string]: Templated }

type Issues = Pick<z.core.$RefinementCtx, 'addIssue'>

function compileText(source: string, ctx: Issues, path: PropertyKey[]): Template {
  try {
    return Template.parse(source)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    ctx.addIssue({ code: 'custom', message: error.message, path })
    return z.NEVER
  }
}

function compileDeep(value: z.core.util.JSONType, ctx: Issues, path: PropertyKey[]): Templated {
  if (typeof value === 'string') return compileText(value, ctx, path)
  if (Array.isArray(value)) return value.map((item, index) => compileDeep(item, ctx, [...path, index]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, compileDeep(item, ctx, [...path, key])]))
}

const speed = z.strictObject({
  /** Pace of `say`. */
  tokensPerSecond: z.number().positive().max(100_000).optional(),
  /** Pace of tool input; eight times `tokensPerSecond` unless given. */
  inputTokensPerSecond: z.number().positive().max(1_000_000).optional(),
  /** Time before the response's headers. */
  headersMs: z.number().min(0).max(3_600_000).optional(),
  /** Time from `message_start` to the first content. */
  firstTokenMs: z.number().min(0).max(3_600_000).optional(),
  /** 0 = even, 0.5 = every delay is 50–150 % of its nominal length. The same for the same request. */
  jitter: z.number().min(0).max(1).optional(),
})

const condition = z.strictObject({
  turn: z
    .union([z.int().min(1), z.strictObject({ from: z.int().min(1).optional(), to: z.int().min(1).optional() })])
    .optional(),
  tool: identifier.optional(),
  result: pattern.optional(),
  isError: z.boolean().optional(),
  field: z.record(z.string(), z.union([pattern, z.number(), z.boolean()])).optional(),
  said: pattern.optional(),
  operatorSaid: pattern.optional(),
  capture: z.record(identifier, pattern).optional(),
  get not() {
    return condition.optional()
  },
  get any() {
    return z.array(condition).min(1).optional()
  },
})

const call = z.strictObject({
  tool: identifier,
  input: z.record(z.string(), templated).default({}),
  when: condition.optional(),
  /** A template that gives a list: the call is made once per element, which is `item`. */
  each: template.optional(),
})

const capture = z.union([
  template,
  z.strictObject({ in: z.enum(['result', 'task', 'operator']).default('result'), regex: pattern }),
])

const failure = z.strictObject({
  status: z.int().min(400).max(599).default(500),
  type: z.string().optional(),
  message: z.string().optional(),
  retryAfter: z.number().min(0).optional(),
  times: z.union([z.int().min(1), z.literal('always')]).default(1),
  /**
   * Before the response, as an error in the middle of it, by cutting the connection, by breaking off in the middle of a JSON
   * text, with a web page in place of the response, or as an answer in which nothing is said.
   */
  at: z.enum(['start', 'stream', 'disconnect', 'garbled', 'page', 'blank']).default('start'),
  afterTokens: z.int().min(0).default(5),
})

const usage = z.strictObject({
  inputTokens: z.int().min(0).optional(),
  outputTokens: z.int().min(0).optional(),
  cacheReadTokens: z.int().min(0).optional(),
  cacheCreationTokens: z.int().min(0).optional(),
})

const stop = z.enum(['end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'pause_turn', 'refusal'])

const step = z.strictObject({
  id: identifier.optional(),
  when: condition.optional(),
  /** A list is spoken one entry per visit, its last entry ever after. */
  say: z.union([template, z.array(template).min(1)]).optional(),
  call: z.union([call, z.array(call).min(1)]).optional(),
  capture: z.record(identifier, capture).optional(),
  repeat: z.strictObject({ while: condition.optional(), max: z.int().min(1).max(100_000) }).optional(),
  next: z
    .union([
      identifier,
      z
        .array(z.strictObject({ step: identifier, when: condition.optional(), max: z.int().min(1).default(100) }))
        .min(1),
    ])
    .optional(),
  hold: z.boolean().default(false),
  stop: stop.optional(),
  usage: usage.optional(),
  speed: speed.optional(),
  error: z.union([failure, z.array(failure).min(1)]).optional(),
})

const interrupt = z.strictObject({
  when: condition,
  max: z.int().min(1).default(1000),
  steps: z.array(step).min(1),
})

const agent = z.strictObject({
  name: identifier,
  match: z
    .strictObject({
      agentType: z.union([identifier, z.array(identifier).min(1)]).optional(),
      task: pattern.optional(),
      header: z.record(z.string(), pattern).optional(),
    })
    .default({}),
  speed: speed.optional(),
  interrupts: z.array(interrupt).default([]),
  steps: z.array(step).min(1),
})

export const scenarioSchema = z.strictObject({
  name: identifier,
  description: z.string().min(1),
  speed: speed.default({}),
  agents: z.array(agent).min(1),
})

/** A scenario, parsed and compiled. */
export type Scenario = z.infer<typeof scenarioSchema>
export type Agent = z.infer<typeof agent>
export type Interrupt = z.infer<typeof interrupt>
export type Step = z.infer<typeof step>
export type Call = z.infer<typeof call>
export type Condition = z.infer<typeof condition>
export type Speed = z.infer<typeof speed>
export type Failure = z.infer<typeof failure>
export type UsageOverride = z.infer<typeof usage>
export type StopReason = z.infer<typeof stop>
