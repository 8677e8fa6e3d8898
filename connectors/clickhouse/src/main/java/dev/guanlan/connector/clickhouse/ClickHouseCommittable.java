package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.InsertBlock;
import dev.guanlan.store.InsertBody;

/**
 * Is a block of rows that is to be inserted, with all that it takes to insert it: it needs nobody's
 * memory but a checkpoint's. Nothing changes it once it is cut.
 *
 * @param statement the insert that the rows belong to
 * @param token what ClickHouse knows the block by; no two blocks have the same
 * @param block the rows
 */
public record ClickHouseCommittable(String statement, String token, InsertBlock block) {

  /** Returns the token of some of the rows: the same whenever the block is taken apart again. */
  String token(int from, int end) {
    return from == 0 && end == block.rows() ? token : token + "/" + from + "-" + end;
  }

  /** Returns some of the rows as the body of an insert. */
  InsertBody body(int from, int end) {
    return block.body(from, end);
  }
}
