/** Lists the handlers and services of this folder. */
import { ClearDefaultHandler } from './clear-default.js';
import { ProfileWatch } from './profile-watch.js';
import { SetDefaultHandler } from './set-default.js';
import { ToggleProfilesHandler } from './toggle-profiles.js';

export const handlers = [ClearDefaultHandler, SetDefaultHandler, ToggleProfilesHandler];

/** Collaborators that several verbs share. */
export const services = [ProfileWatch];
