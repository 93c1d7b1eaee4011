import { z } from 'zod'
import type { Runs, ToolAnswer, ToolContexts, ToolFacts, ToolOf } from './contract.ts'
import { ToolRefusal } from './refusal.ts'

/** A tool whose `execute` gets its input checked. Strict objects: a misspelt field is told to the model, not ignored. */
export function defineTool<const Name extends string, In extends Runs, Input extends z.ZodObject>(
  tool: ToolFacts<Name, In> & {
    readonly input: Input
    execute(input: z.output<Input>, context: ToolContexts[In]): Promise<ToolAnswer | undefined>
  },
): ToolOf<In, Name> {
  return {
    ...tool,
    async execute(input, context) {
      const parsed = tool.input.safeParse(input)
      if (!parsed.success) throw new ToolRefusal('INVALID_INPUT', z.prettifyError(parsed.error))
      return tool.execute(parsed.data, context)
    },
  }
}
