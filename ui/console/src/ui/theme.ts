import { createPreference } from './preference.ts'

const [theme, keepTheme] = createPreference('theme', ['system', 'dark', 'light'])
export { theme }

export function setTheme(next: 'system' | 'dark' | 'light'): void {
  keepTheme(next)
  if (next === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = next
}

export const nextTheme = () => (({ system: 'dark', dark: 'light', light: 'system' }) as const)[theme()]
