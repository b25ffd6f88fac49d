import type { ChannelKind } from '@fairlead/contract'
import type { DeliveryChannel } from './channel.ts'
import { createGmailChannel, type GmailOptions } from './gmail/channel.ts'
import { createManagedChannel, type ManagedOptions } from './managed/channel.ts'
import { createMicrosoftChannel, type MicrosoftOptions } from './microsoft/channel.ts'
import { createSmtpChannel, type SmtpChannelOptions } from './smtp/channel.ts'

/** What the channels that this installation has are made from. */
export interface ChannelOptions {
  readonly managed: ManagedOptions
  readonly smtp: SmtpChannelOptions
  /** Absent: there is no such kind here. */
  readonly gmail?: GmailOptions
  readonly microsoft?: MicrosoftOptions
}

export type Channels = ReadonlyMap<ChannelKind, DeliveryChannel<unknown>>

/** Every way out, by kind: the only place that knows which there are. */
export function createChannels(options: ChannelOptions): Channels {
  const channels: DeliveryChannel<unknown>[] = [
    createManagedChannel(options.managed),
    createSmtpChannel(options.smtp),
    ...(options.gmail ? [createGmailChannel(options.gmail)] : []),
    ...(options.microsoft ? [createMicrosoftChannel(options.microsoft)] : []),
  ]
  return new Map(channels.map(channel => [channel.kind, channel]))
}

/** Ends the idle connections of all channels. */
export async function closeChannels(channels: Channels): Promise<void> {
  await Promise.all([...channels.values()].map(async channel => channel.close?.()))
}
