// `{{path ?? path ?? 'literal' | filter}}` inside the strings of a scenario.

export type Scope = Readonly<Record<string, unknown>>

/** What a path may start with; anything else is a typing error that the check finds. */
const roots = ['task', 'session', 'header', 'operator', 'result', 'results', 'capture', 'match', 'item', 'turn']

const filters: Record<string, (value: unknown) => unknown> = {
  json: (value) => JSON.stringify(value ?? null),
  shell: (value) => `'${text(value).replaceAll("'", String.raw`'\''`)}'`,
  line: (value) => shorten(text(value).replaceAll(/\s+/g, ' ').trim(), 240),
}

type Operand = { literal: string } | { path: string[] }
type Part = string | { operands: Operand[]; filters: string[] }

export class TemplateError extends Error {
  override name = 'TemplateError'
}

/** A string with its `{{…}}` places found. A string that is nothing but one place keeps the value's type. */
export class Template {
  readonly #parts: Part[]

  private constructor(parts: Part[]) {
    this.#parts = parts
  }

  /** Throws {@link TemplateError} for an unknown root, filter or a place that does not parse. */
  static parse(source: string): Template {
    const parts = source.split(/(\{\{[\s\S]*?\}\})/).filter((piece) => piece !== '')
    return new Template(parts.map((piece) => (piece.startsWith('{{') ? place(piece.slice(2, -2)) : piece)))
  }

  /** The names behind `capture.`, so that a check can tell which of them nothing captures. */
  get captures(): string[] {
    return this.#parts.flatMap((part) =>
      typeof part === 'string'
        ? []
        : part.operands.flatMap((operand) =>
            'path' in operand && operand.path[0] === 'capture' && operand.path[1] !== undefined
              ? [operand.path[1]]
              : [],
          ),
    )
  }

  value(scope: Scope): unknown {
    const [only, ...rest] = this.#parts
    if (only !== undefined && typeof only !== 'string' && rest.length === 0) return evaluate(only, scope)
    return this.text(scope)
  }

  text(scope: Scope): string {
    return this.#parts.map((part) => (typeof part === 'string' ? part : text(evaluate(part, scope)))).join('')
  }
}

function place(source: string): Part {
  const [expression = '', ...names] = source.split('|').map((piece) => piece.trim())
  for (const name of names) {
    if (!(name in filters))
      throw new TemplateError(`unknown filter "${name}", known: ${Object.keys(filters).join(', ')}`)
  }
  return { operands: expression.split('??').map((piece) => operand(piece.trim())), filters: names }
}

function operand(source: string): Operand {
  const literal = /^'([^']*)'$|^"([^"]*)"$/.exec(source)
  if (literal) return { literal: literal[1] ?? literal[2] ?? '' }
  if (!/^[\w-]+(\.[\w-]+)*$/.test(source)) throw new TemplateError(`cannot read "{{${source}}}"`)
  const path = source.split('.')
  const root = path[0] ?? ''
  if (!roots.includes(root)) throw new TemplateError(`unknown name "${root}", known: ${roots.join(', ')}`)
  return { path }
}

function evaluate(part: Exclude<Part, string>, scope: Scope): unknown {
  const found = part.operands
    .map((operand) => ('literal' in operand ? operand.literal : lookup(scope, operand.path)))
    .find((value) => value !== undefined && value !== null && value !== '')
  return part.filters.reduce((value, name) => filters[name]?.(value), found)
}

/** Follows names and indexes; `undefined` where the way ends early. */
export function lookup(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
    from,
  )
}

function text(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function shorten(line: string, length: number): string {
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`
}
