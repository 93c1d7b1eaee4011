const mostCharacters = 80

/** What a task is called where nobody says: the first line of its instructions that is not blank, cut at 80 characters. */
export function titleOf(instructions: string): string {
  const line = instructions.split('\n').find((each) => each.trim() !== '') ?? ''
  const characters = [...line.trim().replace(/^#+\s+/, '')]
  return characters.length > mostCharacters
    ? `${characters.slice(0, mostCharacters - 1).join('')}…`
    : characters.join('')
}
