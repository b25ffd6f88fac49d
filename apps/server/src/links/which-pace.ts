import type { LinkId, WorkspaceId } from '../platform/ids.ts'

/** Which link's pace. */
export interface WhichPace {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
}
