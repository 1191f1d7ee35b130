/** Less is the network's doing, or too little to notice. */
const TOLERATED_MS = 60_000

let ahead_ms = 0

/** The time by the service's clock, as far as it was heard: devices whose clock is wrong would call today tomorrow. */
export function serviceTime_ms(): number {
  return Date.now() + ahead_ms
}

/** Fetches, and hears what time it is there. */
export async function fetchHearingTime(input: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  const said_ms = Date.parse(response.headers.get('Date') ?? '')
  if (!Number.isNaN(said_ms)) {
    const difference_ms = said_ms - Date.now()
    ahead_ms = Math.abs(difference_ms) > TOLERATED_MS ? difference_ms : 0
  }
  return response
}
