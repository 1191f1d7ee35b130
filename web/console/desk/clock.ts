import { ref } from 'vue'

/** The time that every waiting time on the page is counted from; ticks once a second. */
export const now_ms = ref(Date.now())

setInterval(() => {
  now_ms.value = Date.now()
}, 1000)
