import { uuid } from '@mosaic/contracts/kernel'
import { CliError, exitCodes } from '../cli.ts'

type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

export type Finding<Item> = {
  /** What is looked for, as the CLI calls it. */
  readonly noun: 'task' | 'mission' | 'worker'
  page(cursor: string | undefined): Promise<Page<Item>>
  idOf(item: Item): string
  nameOf(item: Item): string
  /** Whether a person may mean it by this, beside its id. */
  isMeant(item: Item, given: string): boolean
}

/** Looked through for an abbreviated id. */
const most = 2000

/** The id that a person means: a whole one, the beginning of just one id, or another name that only one has. */
export async function findId<Item>({ noun, ...items }: Finding<Item>, given: string): Promise<string> {
  const text = given.toLowerCase()
  if (uuid.safeParse(text).success) return text
  const found: Item[] = []
  let [cursor, seen]: [string | undefined, number] = [undefined, 0]
  do {
    const page = await items.page(cursor)
    seen += page.items.length
    const isAbbreviated = /^[0-9a-f-]{4,}$/.test(text)
    found.push(
      ...page.items.filter(
        (item) => (isAbbreviated && items.idOf(item).startsWith(text)) || items.isMeant(item, given),
      ),
    )
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && seen < most)
  const [first, ...others] = found
  if (first && others.length === 0) return items.idOf(first)
  if (!first) {
    throw new CliError(`There is no ${noun} ${given}.`, {
      exitCode: exitCodes.notFound,
      hint: `"mosaic ${noun} list" shows what there is; an id may be abbreviated to four characters or more.`,
    })
  }
  throw new CliError(`${given} stands for ${found.length} ${noun}s.`, {
    exitCode: exitCodes.usage,
    hint: found
      .slice(0, 10)
      .map((item) => `${items.idOf(item)}  ${items.nameOf(item)}`)
      .join('\n'),
  })
}
