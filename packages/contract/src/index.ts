export type { ChannelKind, DeliveryState, EmailState, Folder } from './states.ts'
export { channelKinds, deliveryStates, emailStates, failedFolders, folders } from './states.ts'
