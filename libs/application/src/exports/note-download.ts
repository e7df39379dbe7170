/** Writes to the audit log that an owner downloads an export. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';

export class NoteExportDownload extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly exportId: string,
  ) {
    super();
  }
}

@CommandHandler(NoteExportDownload)
export class NoteExportDownloadHandler implements ICommandHandler<NoteExportDownload> {
  constructor(
    private readonly work: Work,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, exportId }: NoteExportDownload): Promise<void> {
    return this.work.run(() =>
      this.audit.record({ orgId, by, action: 'export.downloaded', subject: { kind: 'export', id: exportId } }),
    );
  }
}
