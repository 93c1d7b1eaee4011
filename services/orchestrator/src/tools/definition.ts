import { z } from 'zod'
import type { Tool } from './contract.ts'

export type ToolDefinition = {
  readonly name: string
  readonly description: string
  /** JSON Schema. */
  readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown }
}

const known = new WeakMap<Tool, ToolDefinition>()

/** A tool as a model is told of it, with every question: put together once. */
export function definitionOf(tool: Tool): ToolDefinition {
  const definition = known.get(tool) ?? define(tool)
  known.set(tool, definition)
  return definition
}

function define({ name, description, input }: Tool): ToolDefinition {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input' })
  return { name, description, inputSchema: { ...schema, type: 'object' } }
}
