/** The people of a fresh sandbox: one with three Pages, one with 130. */
import { createPerson } from './create.js';
import type { Directory } from './directory.js';

/**
 * Runs once per world. The first person's third Page can be read but not published to (its role lacks CREATE_CONTENT),
 * and the second person's list does not fit one page of any limit that clients use.
 */
export function seedPeople(directory: Directory, now: number): void {
  if (!directory.isEmpty()) return;
  createPerson(
    directory,
    {
      name: 'Ada Arendt',
      pages: [
        {
          name: 'Blue Door Café',
          posts: 22,
          reels: 4,
          followers: 1830,
          instagram: { username: 'bluedoor', name: 'Blue Door Café', media: 20, followers: 912 },
        },
        {
          name: 'Harbour Books',
          posts: 14,
          followers: 640,
          instagram: { username: 'harbourbooks', name: 'Harbour Books', media: 12, followers: 2204 },
        },
        { name: 'North Yard Theatre', posts: 8, followers: 3105, tasks: ['ANALYZE', 'MODERATE'] },
      ],
    },
    now,
  );
  createPerson(
    directory,
    {
      name: 'Bruno Castell',
      pages: Array.from({ length: 130 }, (_, i) => ({ name: `Castell Branch ${i + 1}`, posts: 0 })),
    },
    now,
  );
}
