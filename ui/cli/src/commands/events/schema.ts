import { definitions } from '@mosaic/contracts/messaging'
import { z } from 'zod'
import { CliError, exitCodes, printJson, type Register } from '../../cli.ts'

type EventType = keyof typeof definitions

/** JSON Schema (draft 2020-12) of an event's data in its newest version. */
export function schemaOf(type: EventType): Record<string, unknown> {
  const { schema, version } = definitions[type]
  return { title: type, version, ...z.toJSONSchema(schema, { io: 'output' }) }
}

const isEventType = (type: string): type is EventType => Object.hasOwn(definitions, type)
const types = Object.keys(definitions) as EventType[]

export const registerSchema: Register = (events) => {
  events
    .command('schema [type]')
    .description('JSON Schema of an event, or of all of them by type; needs nothing running')
    .action((type: string | undefined) => {
      if (type === undefined) return printJson(Object.fromEntries(types.map((each) => [each, schemaOf(each)])))
      if (isEventType(type)) return printJson(schemaOf(type))
      throw new CliError(`There is no event ${type}.`, { exitCode: exitCodes.notFound, hint: types.join('\n') })
    })
}
