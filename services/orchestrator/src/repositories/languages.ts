import { extname } from 'node:path'

const names: Readonly<Record<string, string>> = {
  '.c': 'C',
  '.cc': 'C++',
  '.cpp': 'C++',
  '.cs': 'C#',
  '.css': 'CSS',
  '.dart': 'Dart',
  '.ex': 'Elixir',
  '.exs': 'Elixir',
  '.go': 'Go',
  '.h': 'C',
  '.hpp': 'C++',
  '.html': 'HTML',
  '.java': 'Java',
  '.js': 'JavaScript',
  '.jsx': 'JavaScript',
  '.cjs': 'JavaScript',
  '.mjs': 'JavaScript',
  '.kt': 'Kotlin',
  '.lua': 'Lua',
  '.php': 'PHP',
  '.py': 'Python',
  '.rb': 'Ruby',
  '.rs': 'Rust',
  '.scala': 'Scala',
  '.sh': 'Shell',
  '.sql': 'SQL',
  '.swift': 'Swift',
  '.ts': 'TypeScript',
  '.tsx': 'TypeScript',
  '.vue': 'Vue',
  '.zig': 'Zig',
}

/** By the ends of file names, the most used first. */
export function languagesOf(paths: readonly string[]): { name: string; files: number }[] {
  const counts = new Map<string, number>()
  for (const path of paths) {
    const name = names[extname(path).toLowerCase()]
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, files]) => ({ name, files })).toSorted((a, b) => b.files - a.files)
}
