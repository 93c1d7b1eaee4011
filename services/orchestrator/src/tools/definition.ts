import { z } from 'zod'
import type { Tool } from './contract.ts'

export type ToolDefinition = {
  readonly name: string
  readonly description: string
  /** JSON Schema. */
  readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown }
}

/** A tool as a model is told of it. */
export function definitionOf({ name, description, input }: Tool): ToolDefinition {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input' })
  return { name, description, inputSchema: { ...schema, type: 'object' } }
}
