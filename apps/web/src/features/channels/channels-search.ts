/** What stands in the address of the page: which drawer is open, and what a provider led back with. */
export interface ChannelsSearch {
  /** The drawer that connects an SMTP server. */
  readonly connect?: 'smtp'
  /** The drawer of one delivery channel. */
  readonly link?: string
  /** The drawer in which an admin sets up a provider's client. */
  readonly client?: 'google' | 'microsoft'
  /** An account that consented and waits to be confirmed. */
  readonly connection?: string
  /** The code of what went wrong at the provider. */
  readonly connectProblem?: string
}

/** Reads the address; what it does not know it leaves out. */
export function readChannelsSearch(search: Record<string, unknown>): ChannelsSearch {
  const text = (name: 'link' | 'connection' | 'connectProblem') => {
    const value = search[name]
    return typeof value === 'string' && /^[\w.-]{1,80}$/.test(value) ? { [name]: value } : {}
  }
  return {
    ...(search.connect === 'smtp' && { connect: search.connect }),
    ...((search.client === 'google' || search.client === 'microsoft') && { client: search.client }),
    ...text('link'),
    ...text('connection'),
    ...text('connectProblem'),
  }
}
