/** Default names for people, Pages and handles. */
import { pick } from '../../core/chance.js';

export const CATEGORIES = [
  'Café',
  'Bookshop',
  'Theatre',
  'Bakery',
  'Museum',
  'Bike Shop',
  'Record Store',
  'Florist',
] as const;
const FIRST = [
  'Ada',
  'Bruno',
  'Chiara',
  'Dilek',
  'Emil',
  'Farah',
  'Goran',
  'Hanna',
  'Ivo',
  'Jana',
  'Kofi',
  'Lena',
] as const;
const LAST = ['Arendt', 'Bosch', 'Castell', 'Duarte', 'Eriksen', 'Falk', 'Greco', 'Haddad', 'Ito', 'Jensen'] as const;
const COLOURS = ['Blue', 'Amber', 'Green', 'Copper', 'Violet', 'Silver', 'Scarlet', 'Ivory'] as const;
const THINGS = ['Door', 'Harbour', 'Yard', 'Lantern', 'Orchard', 'Bridge', 'Anchor', 'Attic', 'Mill'] as const;

export const personName = (serial: number): string =>
  `${pick(`person/${serial}/first`, FIRST)} ${pick(`person/${serial}/last`, LAST)}`;

export const pageName = (serial: number): string =>
  `${pick(`page/${serial}/colour`, COLOURS)} ${pick(`page/${serial}/thing`, THINGS)} ${serial}`;

export const handle = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
