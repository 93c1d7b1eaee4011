/** A pattern for `like` and `ilike` that means this text wherever it stands; none of its characters has a meaning of its own. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
