/** Reads our own SQL: which statements touch a tenant's table without ever naming the tenant. */
import { READ_ACROSS, WITHOUT_TENANT } from '@infrastructure/persistence/cross-tenant-tables.js';

const TEMPLATE = /\bsql(?:<[^`]*?>)?`([^`]*)`/g;
const TABLE = /\b(?:from|join|update|into)\s+app\.(\w+)/gi;
/** A column, not a value that happens to be called so. */
const TENANT = /\borg_id\b/;

/** `<file>: <table> …` for each. It looks at whole statements: that the tenant is compared, and not only told, is what foreign keys and tests of each route are for. */
export function statementsWithoutTenant(file: string, text: string): string[] {
  return [...text.matchAll(TEMPLATE)].flatMap(([, statement = '']) => {
    const words = statement.replaceAll(/\$\{[^}]*\}/g, '?');
    const tables = [...words.matchAll(TABLE)].map(([, table = '']) => table);
    const bound = tables.filter((table) => !(table in WITHOUT_TENANT) && !(table in READ_ACROSS));
    // Its condition comes from the caller, and stands in the caller's statement.
    const handedIn = /\bwhere \?\s*$/.test(words);
    return bound.length > 0 && !TENANT.test(words) && !handedIn
      ? [`${file}: ${bound.join(', ')} in ${words.trim()}`]
      : [];
  });
}
