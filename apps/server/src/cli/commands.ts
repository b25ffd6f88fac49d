import { apiKeyCommand } from './api-key.ts'
import { doctorCommand } from './doctor.ts'
import { explainCommand } from './explain.ts'
import { identityCommand } from './identity.ts'
import { memberCommand } from './member.ts'
import { noticesCommand } from './notices.ts'
import { sendCommand } from './send.ts'
import { startCommand } from './start.ts'
import { workspaceCommand } from './workspace.ts'

/** What `fairlead` can do, in the order of its help. */
export const commands = [
  ...[startCommand, workspaceCommand, memberCommand, apiKeyCommand, identityCommand],
  ...[sendCommand, explainCommand, noticesCommand, doctorCommand],
]
