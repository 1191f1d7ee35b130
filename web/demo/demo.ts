import type { XiaoqiaoChat } from '../widget/element'

/** A customer of the sandbox operator, as `GET /demo/identities` lists them. */
interface DemoIdentity {
  id: string
  name: string
  phone_masked?: string | null
  region?: string | null
  plan?: string | null
  segment?: string | null
  vip?: boolean | null
  elderly?: boolean | null
}

const CHOSEN_KEY = 'xiaoqiao-demo:identity'
// Put into the page once the identity is known, so that no guest conversation is begun for a moment.
const chat = document.createElement('xiaoqiao-chat') as HTMLElement & Pick<XiaoqiaoChat, 'send'>
const chooser = required('identity') as HTMLSelectElement
let identities: DemoIdentity[] = []

async function start(): Promise<void> {
  identities = await loadIdentities()
  for (const identity of identities) chooser.append(new Option(label(identity), identity.id))
  const stored = sessionStorage.getItem(CHOSEN_KEY)
  if (stored !== null && identities.some((one) => one.id === stored)) chooser.value = stored
  await choose(chooser.value)
  document.body.append(chat)
}

/** Without the sandbox there is only the guest; the page works all the same. */
async function loadIdentities(): Promise<DemoIdentity[]> {
  try {
    const response = await fetch('/demo/identities')
    if (!response.ok) return []
    const body = (await response.json()) as { identities?: DemoIdentity[] } | DemoIdentity[]
    return Array.isArray(body) ? body : (body.identities ?? [])
  } catch {
    return []
  }
}

async function choose(id: string): Promise<void> {
  sessionStorage.setItem(CHOSEN_KEY, id)
  const identity = identities.find((one) => one.id === id)
  showAccount(identity)
  if (identity === undefined) {
    chat.removeAttribute('identity-token')
    chat.removeAttribute('large-text')
    return
  }
  const response = await fetch(`/demo/identities/${encodeURIComponent(id)}`, { method: 'POST' })
  if (!response.ok) return
  const { identity_token } = (await response.json()) as { identity_token: string }
  chat.toggleAttribute('large-text', identity.elderly === true)
  chat.setAttribute('identity-token', identity_token)
}

function showAccount(identity: DemoIdentity | undefined): void {
  required('account-name').textContent = identity ? `您好，${identity.name}` : '您好，访客'
  required('account-line').textContent = identity
    ? '已用演示身份登录，可以直接问余额、流量和账单。'
    : '选择右上角的演示客户，即可体验查余额、查流量、查账单。'
  const segments: Record<string, string> = { prepaid: '预付费', postpaid: '后付费' }
  const facts: [string, string | null | undefined][] = [
    ['号码', identity?.phone_masked],
    ['套餐', identity?.plan],
    ['归属地', identity?.region],
    ['付费方式', segments[identity?.segment ?? '']],
  ]
  const rows = facts.filter(([, value]) => Boolean(value)).map(([name, value]) => {
    const row = document.createElement('div')
    const term = document.createElement('dt')
    const fact = document.createElement('dd')
    term.textContent = name
    fact.textContent = value ?? ''
    row.append(term, fact)
    return row
  })
  required('account-facts').replaceChildren(...rows)
}

function label({ name, phone_masked, vip, elderly }: DemoIdentity): string {
  const marks = [vip ? 'VIP' : '', elderly ? '长辈' : ''].filter(Boolean).join('、')
  return [name, phone_masked, marks && `（${marks}）`].filter(Boolean).join(' ')
}

function required(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`#${id} is missing`)
  return element
}

chooser.addEventListener('change', () => void choose(chooser.value))
required('asks').addEventListener('click', (event) => {
  const text = (event.target as HTMLElement).dataset.ask
  if (text !== undefined) chat.send(text)
})
void start()
