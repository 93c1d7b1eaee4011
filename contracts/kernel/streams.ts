/** The streams of one kind of aggregate: `{category}-{aggregateId}`, one stream per aggregate. */
export type StreamFamily<Category extends string = string> = {
  /** What stands before the first `-`; EventStoreDB's `$by_category` groups by it. */
  readonly category: Category
  of(aggregateId: string): string
  /** The aggregate's id, or `null` for a stream of another family. */
  idOf(streamId: string): string | null
}

/** @param category no `-` in it */
export const streamFamily = <const Category extends string>(category: Category): StreamFamily<Category> => ({
  category,
  of: (aggregateId) => `${category}-${aggregateId}`,
  idOf: (streamId) => (streamId.startsWith(`${category}-`) ? streamId.slice(category.length + 1) : null),
})
