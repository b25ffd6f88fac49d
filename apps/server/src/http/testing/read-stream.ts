import { apiPrefix } from '@fairlead/contract'

/** One message of a stream of server-sent events. */
export interface StreamMessage {
  readonly id: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface OpenStream {
  readonly status: number
  readonly headers: Headers
  /** The next message; null when the stream has ended. */
  next(): Promise<StreamMessage | null>
  close(): void
}

/** Opens the live stream as a browser does. */
export async function openStream(
  at: { url: string; key: string },
  options: { lastEventId?: string; query?: string } = {},
): Promise<OpenStream> {
  const controller = new AbortController()
  const answer = await fetch(`${at.url}${apiPrefix}/live${options.query ?? ''}`, {
    signal: controller.signal,
    headers: {
      authorization: `Bearer ${at.key}`,
      accept: 'text/event-stream',
      ...(options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }),
    },
  })
  const messages = readMessages(answer)
  return {
    ...{ status: answer.status, headers: answer.headers },
    next: async () => (await messages.next()).value ?? null,
    close: () => controller.abort(),
  }
}

async function* readMessages({ body }: Response): AsyncGenerator<StreamMessage, void> {
  if (body === null) return
  let text = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map(line => [line.split(':')[0] ?? '', line.replace(/^\w+: ?/, '')]),
      )
      const data = fields.get('data')
      if (data !== undefined && fields.get('event') === 'message')
        yield { id: fields.get('id') ?? '', data: JSON.parse(data) }
    }
  }
}
