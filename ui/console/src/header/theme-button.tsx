import Monitor from 'lucide-solid/icons/monitor'
import Moon from 'lucide-solid/icons/moon'
import Sun from 'lucide-solid/icons/sun'
import { Dynamic } from 'solid-js/web'
import { IconButton } from '../ui/button.tsx'
import { nextTheme, setTheme, theme } from '../ui/theme.ts'

const icons = { system: Monitor, dark: Moon, light: Sun }

export function ThemeButton() {
  return (
    <IconButton
      label={`Theme: ${theme()}`}
      tip={`Theme: ${theme()}. Press for ${nextTheme()}`}
      onClick={() => setTheme(nextTheme())}
    >
      <Dynamic component={icons[theme()]} size={15} />
    </IconButton>
  )
}
