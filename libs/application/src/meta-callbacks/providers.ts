/** Lists the handlers and services of this folder. */
import { ActOnCallbackHandler } from './act-on-callback.js';
import { ReceiveCallbackHandler } from './receive-callback.js';
import { SweepCallbacksHandler } from './sweep-callbacks.js';

export const handlers = [ActOnCallbackHandler, ReceiveCallbackHandler, SweepCallbacksHandler];
