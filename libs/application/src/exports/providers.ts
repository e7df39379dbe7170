/** What this folder brings to the program. */
import { NoteExportDownloadHandler } from './note-download.js';
import { RequestExportHandler } from './request-export.js';
import { SweepExportsHandler, WriteExportHandler } from './write-export.js';

export const handlers = [NoteExportDownloadHandler, RequestExportHandler, WriteExportHandler, SweepExportsHandler];
