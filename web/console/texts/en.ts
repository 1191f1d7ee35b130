import { agents } from './en/agents'
import { audit } from './en/audit'
import { canned } from './en/canned'
import { context } from './en/context'
import { conversation } from './en/conversation'
import { desk } from './en/desk'
import { errors } from './en/errors'
import { hours } from './en/hours'
import { punctuation } from './en/punctuation'
import { review } from './en/review'
import { skillGroups } from './en/skillGroups'
import { tickets } from './en/tickets'
import { wall } from './en/wall'
import { webhooks } from './en/webhooks'
import { zh, type Texts } from './zh'

/** Code words read well enough in English: query_data_usage -> query data usage. */
function plain(names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(names).map((name) => [name, name.replace(/_/g, ' ')]))
}

export const en: Texts = {
  ...punctuation,
  locale: 'en-GB',
  product: 'Xiaoqiao agent console',
  networkText: 'The service cannot be reached. Please check your network and try again.',
  errors,
  reasons: {
    customer_request: 'Asked for a person',
    complaint: 'Complaint',
    abuse: 'Upset customer',
    repeated_failure: 'Several failed turns',
    system_failure: 'Operator system failed',
    human_only: 'Needs a person',
    assistant_unavailable: 'Assistant unavailable',
  },
  priorities: { normal: 'Normal', high: 'High', urgent: 'Urgent' },
  priorityReasons: { vip: 'VIP', elderly: 'Senior', repeated: 'Came back' },
  presences: { online: 'Online', break: 'On break', offline: 'Offline' },
  senders: { customer: 'Customer', bot: 'Assistant (bot)', agent: 'Agent', system: 'System' },
  outcomes: {
    task: 'Task',
    answer: 'Article answer',
    clarification: 'Clarification',
    rephrase: 'Asked to rephrase',
    smalltalk: 'Small talk',
    handoff: 'Handoff',
    failure: 'Failure',
  },
  intents: { ...plain(zh.intents), transfer_human: 'ask for a person', help: 'ask for help', nlu_fallback: 'not understood', unclear: 'unclear meaning', other_telecom: 'other telecom matter', bot_challenge: 'ask whether it is a bot' },
  entities: plain(zh.entities),
  slots: plain(zh.slots),
  channels: { web: 'Web', wechat: 'WeChat', app: 'App' },
  segments: { prepaid: 'Prepaid', postpaid: 'Postpaid' },
  sentiments: { negative: 'Unhappy', neutral: 'Calm', positive: 'Happy', angry: 'Angry' },
  states: { bot: 'with the assistant', queued: 'waiting', active: 'with an agent', closed: 'closed' },
  guest: 'Guest',
  yes: 'Yes',
  no: 'No',
  login: {
    title: 'Sign in',
    lead: 'The whole conversation is here; customers never repeat themselves.',
    username: 'User name',
    password: 'Password',
    submit: 'Sign in',
    missing: 'Please enter user name and password.',
    expired: 'Your session has expired; please sign in again. Your drafts are kept.',
    leftElsewhere: 'You signed out in another window. Your drafts are kept.',
  },
  rail: { label: 'Pages', unread: (count: number) => `${String(count)} unread` },
  pages: {
    desk: 'Desk',
    tickets: 'Tickets',
    hours: 'Hours',
    skillGroups: 'Groups',
    agents: 'Agents',
    audit: 'Audit log',
    account: 'My account',
    review: 'Review',
    webhooks: 'Webhooks',
    wall: 'Wall',
    canned: 'Replies',
    deadLetters: 'Unsent',
  },
  unsaved: {
    title: 'Your changes are not saved',
    lead: 'They are lost when you leave.',
    stay: 'Keep editing',
    leave: 'Discard',
  },
  deadLetters: {
    lead: 'Messages that WeChat did not accept and that are not tried again. Deal with the cause, then resend them.',
    none: 'Nothing unsent',
    noneHint: 'Messages that could not be sent because of an error or a wrong configuration stay here; nothing is lost.',
    noChannel: 'No Official Account is configured',
    reasons: {
      unanswered: 'WeChat did not answer; it may have arrived',
      timeout: 'WeChat did not answer in time',
      not_following: 'The customer does not follow the account',
      user_refused: 'The customer refuses messages',
      address_not_allowed: 'The address of the server is not on the account\'s list',
      daily_quota: 'All calls of the day are used up',
      no_permission: 'The account lacks the permission for this call',
      bad_secret: 'The secret of the account is wrong',
    },
    resend: 'Resend',
    resent: 'Resent',
  },
  tickets,
  wall,
  ...agents,
  ...audit,
  ...canned,
  ...hours,
  ...review,
  ...skillGroups,
  ...webhooks,
  ...desk,
  ...conversation,
  ...context,
  age: (seconds) => {
    const minutes = Math.floor(seconds / 60)
    if (minutes < 60) return `${String(minutes)}:${String(seconds % 60).padStart(2, '0')}`
    return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`
  },
}
