/** Lists the handlers and services of this folder. */
import { NoteExportDownloadHandler } from './note-download.js';
import { RequestExportHandler } from './request-export.js';
import { SweepExportsHandler, WriteExportHandler } from './write-export.js';

export const handlers = [NoteExportDownloadHandler, RequestExportHandler, WriteExportHandler, SweepExportsHandler];
