import type { ChannelKind, ComparedKind } from '@fairlead/contract'

/** What people call each kind of channel, and who sets one up. */
export const channelNames: Readonly<Record<ChannelKind, Pick<ComparedKind, 'name' | 'setUpBy'>>> = {
  managed: { name: 'Managed servers', setUpBy: 'nobody' },
  gmail: { name: 'Gmail', setUpBy: 'member' },
  microsoft: { name: 'Microsoft 365', setUpBy: 'member' },
  smtp: { name: 'SMTP server', setUpBy: 'member-or-admin' },
}
