/** Where an API has no field for a tool's failure, it is said. */
export const resultText = ({ content, is_error }: { readonly content: string; readonly is_error: boolean }) =>
  is_error ? `ERROR\n${content}` : content
