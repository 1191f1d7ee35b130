import { createApp } from 'vue'
import App from './App.vue'
import { consoleRouter } from './router'
import { session } from './session'
import './styles/index.css'

createApp(App)
  .use(consoleRouter(() => session.value?.agent.role ?? null))
  .mount('#app')
