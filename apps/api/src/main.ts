import { k } from '@domain/errors.js'; console.log(k);
