import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import { render } from 'solid-js/web'
import { config } from 'zod'
import { App } from './app.tsx'
import './styles.css'

// The content security policy allows no code made of text, which zod would try for speed.
config({ jitless: true })

render(() => <App />, document.getElementById('root')!)
