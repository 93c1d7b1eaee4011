import type { Route } from '@mosaic/contracts/http'
import type { z } from 'zod'

type Part<R, Name extends string> = R extends { readonly [Key in Name]: infer Schema extends z.ZodType }
  ? Schema
  : never
type Loose<T> = { [Key in keyof T]?: T[Key] | undefined }
type Field<Name extends string, Schema extends z.ZodType, Value> = [Schema] extends [never]
  ? { readonly [Key in Name]?: never }
  : { readonly [Key in Name]: Value }

/** What a route takes: only the parts that it declares. */
export type CallInput<R extends Route> = Field<'params', Part<R, 'params'>, z.input<Part<R, 'params'>>> &
  Field<'body', Part<R, 'body'>, z.input<Part<R, 'body'>>> & {
    readonly query?: Loose<z.input<Part<R, 'query'>>>
    readonly signal?: AbortSignal
    /** For what takes longer than usual. */
    readonly timeoutMs?: number
  }

/** The same with its types forgotten, for what puts it on the wire. */
export type WireInput = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}
