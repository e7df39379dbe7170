/** Serves the catalogue of error codes. */
import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Open } from '../access/policy.js';
import { CATALOGUE } from '../problems/catalogue.js';
import { ErrorCodesView } from './error-codes.view.js';

@ApiTags('System')
@Open()
@Controller('v1/error-codes')
export class ErrorCodesController {
  /** Lists every error code, with its status and what a caller can do. */
  @Get()
  listErrorCodes(): ErrorCodesView {
    return { data: Object.entries(CATALOGUE).map(([code, entry]) => ({ code, ...entry })), next_cursor: null };
  }
}
