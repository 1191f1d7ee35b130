import { createApp } from 'vue'
import { allowSound } from '../shared/chime'
import App from './App.vue'
import { consoleRouter } from './router'
import { session } from './session'
import './styles/index.css'

allowSound(document)

createApp(App)
  .use(consoleRouter(() => session.value?.agent.role ?? null))
  .mount('#app')
